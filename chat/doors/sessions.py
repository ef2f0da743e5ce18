"""What a command may do with a browser's cookies."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from uuid_utils.compat import uuid7

from chat.doors.identity import MACHINE, find_machine, name_browser
from graph.people.devices import move_browser
from graph.people.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
MACHINE_AGE = 2 * 365 * 24 * 3600


class BrowserSession:
    """The cookies of one HTTP request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._fresh_machine: UUID | None = None

    def log_in(self, person: Person) -> None:
        """Start a session for the person, and have the answer set the CSRF cookie too."""
        login(self._request, person, backend=BACKEND)
        get_token(self._request)
        if find_machine(self._request) is None:
            self._fresh_machine = uuid7()
        name_browser(self._request, person.id, machine=self._fresh_machine)

    def name_machine(self, response: HttpResponse) -> None:
        """Have a browser that has logged in for the first time keep the name we gave it."""
        if self._fresh_machine is not None:
            response.set_signed_cookie(
                MACHINE, str(self._fresh_machine), salt=MACHINE, max_age=MACHINE_AGE,
                httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip

    def log_out(self) -> None:
        """End the session."""
        logout(self._request)

    def keep_session(self, person: Person) -> None:
        """Let the session outlive a change of the person's password."""
        if self._request.user.is_authenticated:
            browser = name_browser(self._request, person.id)
            update_session_auth_hash(self._request, person)
            # With the password and not after the answer: in between, its sockets would be taken for
            # those of a browser that was signed out.
            self._request.session.save()
            key = self._request.session.session_key or ""
            move_browser(device_id=UUID(browser), session_key=key)
