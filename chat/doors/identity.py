"""Who is calling: an access token, or a browser's session."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from graph.people.selectors import find_identity
from graph.people.services import digest_token


@dataclass(frozen=True)
class SignedIn:
    """A caller who is signed in: `credential` names by what, so that it can be signed out
    everywhere.
    """

    person_id: UUID
    credential: str
    token_id: UUID | None = None
    expires_at: datetime | None = None


def find_by_token(text: str, *, at: datetime) -> SignedIn | None:
    """Return who the access token speaks for, or None when it is unknown, expired or revoked."""
    found = find_identity(digest=digest_token(text), at=at)
    if found is None:
        return None
    return SignedIn(found.person_id, str(found.token_id), found.token_id, found.expires_at)


def find_by_session_key(session_key: str) -> SignedIn | None:
    """Return whose browser session this is, or None."""
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    return find_by_request(request)


def find_by_request(request: HttpRequest) -> SignedIn | None:
    """Return whose session a request carries, or None."""
    # Verifies that the password has not changed since the log-in.
    person = get_user(request)
    if not person.is_authenticated:
        return None
    return SignedIn(person.pk, credential_of_session(request.session.session_key or ""))


def credential_of_session(session_key: str) -> str:
    """Return the name of a session; the key itself must not travel over the bus."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def is_allowed_origin(origin: str, host: str) -> bool:
    """Tell whether a page of that origin may use a browser's cookies on the host it asked for."""
    if origin in settings.OTHER_ORIGINS:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == host
