"""What a command may do with a browser's cookies."""

from uuid import UUID

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.middleware.csrf import get_token

from chat.doors.identity import name_browser
from graph.people.devices import move_browser
from graph.people.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"


class BrowserSession:
    """The cookies of one HTTP request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def log_in(self, person: Person) -> None:
        """Start a session for the person, and have the answer set the CSRF cookie too."""
        login(self._request, person, backend=BACKEND)
        get_token(self._request)
        name_browser(self._request, person.id)

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
