"""Who is calling: an access token, or a browser's session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from graph.people.devices import list_gone_tokens, list_sound_browsers, note_browser
from graph.people.selectors import find_identity
from graph.people.services import digest_token

# Where a session keeps the id of its browser.
DEVICE = "device"
# The cookie by which a browser is the same to us, whoever signs in with it.
MACHINE = "kith_machine"


@dataclass(frozen=True)
class SignedIn:
    """A caller who is signed in: `credential` names by what, so that it can be signed out
    everywhere; it is the id of the token or the browser.
    """

    person_id: UUID
    credential: str
    token_id: UUID | None = None
    expires_at: datetime | None = None


def find_signed_out(people: Sequence[SignedIn], *, at: datetime) -> list[SignedIn]:
    """Return those whose token or session is no more, or has a password that was changed since."""
    by_token = {one.token_id: one for one in people if one.token_id is not None}
    by_browser = {UUID(one.credential): one for one in people if one.token_id is None}
    gone = list_gone_tokens(token_ids=by_token, at=at) if by_token else set()
    if by_browser:
        owners = {browser: one.person_id for browser, one in by_browser.items()}
        gone |= by_browser.keys() - list_sound_browsers(owners=owners, at=at)
    return [one for one in people if UUID(one.credential) in gone] if gone else []


def find_by_token(text: str, *, at: datetime) -> SignedIn | None:
    """Return who the access token speaks for, or None when it is unknown, expired or revoked."""
    found = find_identity(digest=digest_token(text), at=at)
    if found is None:
        return None
    return SignedIn(found.person_id, str(found.token_id), found.token_id, found.expires_at)


def find_by_authorization(header: str, *, at: datetime) -> SignedIn | None:
    """Return who the header `Authorization: Bearer <token>` speaks for, or None: it is another
    scheme, or no token of ours.
    """
    scheme, _, token = header.partition(" ")
    return find_by_token(token.strip(), at=at) if scheme.lower() == "bearer" else None


def find_by_session_key(session_key: str, *, agent: str) -> SignedIn | None:
    """Return whose browser session this is, or None."""
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.META["HTTP_USER_AGENT"] = agent
    request.session = engine.SessionStore(session_key)
    return find_by_request(request)


def find_by_request(request: HttpRequest) -> SignedIn | None:
    """Return whose session a request carries, or None."""
    # Verifies that the password has not changed since the log-in.
    person = get_user(request)
    if not person.is_authenticated:
        return None
    # A later look would take a session whose password this very request changes for a stale one.
    request.user = person
    return SignedIn(person.pk, name_browser(request, person.pk))


def name_browser(request: HttpRequest, person_id: UUID, *, machine: UUID | None = None) -> str:
    """Return the id of the browser whose session this is, which outlives the session's key; a
    session that has none yet gets one, on the machine that the request names unless it is given.
    """
    if (known := request.session.get(DEVICE)) is not None:
        return str(known)
    agent = request.headers.get("User-Agent", "")
    # A key that was not saved yet names nothing.
    request.session.save()
    key = request.session.session_key or ""
    device_id = note_browser(
        person_id=person_id, session_key=key, agent=agent,
        machine=machine or find_machine(request), at=datetime.now(UTC),
    )  # fmt: skip
    request.session[DEVICE] = str(device_id)
    request.session.save()
    return str(device_id)


def find_machine(request: HttpRequest) -> UUID | None:
    """Return which browser a request comes from, whoever is signed in with it; None: none that we
    gave a name to.
    """
    known = request.get_signed_cookie(MACHINE, default=None, salt=MACHINE)
    return UUID(known) if known else None


def is_allowed_origin(origin: str, host: str) -> bool:
    """Tell whether a page of that origin may use a browser's cookies on the host it asked for."""
    if origin in settings.OTHER_ORIGINS:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == host
