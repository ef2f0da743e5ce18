"""What somebody is signed in by: access tokens and browsers' sessions, and signing them out.

Each is known by one id for as long as it lives: a token by its own, a browser by one that its
session carries along when its key changes. The same id names its sockets on the bus.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models.functions import Coalesce
from django.utils.crypto import constant_time_compare
from uuid_utils.compat import uuid7

from graph.people.agents import read_agent
from graph.people.errors import DeviceNotFound
from graph.people.models import Browser, Person, Token
from graph.people.sign_ins import tell_sign_in

LISTED_AT_MOST = 200

GONE_TOKENS = """
    SELECT asked.id FROM unnest(%(asked)s::uuid[]) AS asked (id)
    WHERE NOT EXISTS (
        SELECT FROM people_token AS t WHERE t.id = asked.id AND t.expires_at > %(at)s)
"""

# In one statement: key and password change together.
SESSIONS = """
    SELECT b.id, s.session_data, p.password FROM people_browser AS b
    JOIN django_session AS s ON s.session_key = b.session_key AND s.expire_date > %(at)s
    JOIN people_person AS p ON p.id = b.person_id AND p.closed_at IS NULL
    WHERE b.id = ANY(%(asked)s)
"""


@dataclass(frozen=True)
class Device:
    """One thing that somebody is signed in by; `program` and `system` are "" when unknown."""

    id: UUID
    kind: Literal["token", "session"]
    program: str
    system: str
    created_at: datetime
    last_used_at: datetime

    @property
    def name(self) -> str:
        """Return what to call it, in plain English."""
        return " on ".join(filter(None, (self.program, self.system))) or "Unknown device"


def list_devices(*, person_id: UUID, at: datetime) -> list[Device]:
    """Return the 200 devices that were used last, the newest use first."""
    tokens = Token.objects.filter(person_id=person_id, expires_at__gt=at)
    live = Session.objects.filter(expire_date__gt=at).values("session_key")
    browsers = Browser.objects.filter(person_id=person_id, session_key__in=live)
    used = Coalesce("last_used_at", "created_at").desc()
    devices = [_of(row, "token") for row in tokens.order_by(used)[:LISTED_AT_MOST]]
    devices += [_of(row, "session") for row in browsers.order_by(used)[:LISTED_AT_MOST]]
    devices.sort(key=lambda device: device.last_used_at, reverse=True)
    return devices[:LISTED_AT_MOST]


def _of(row: Token | Browser, kind: Literal["token", "session"]) -> Device:
    return Device(
        row.id, kind, row.program, row.system, row.created_at, row.last_used_at or row.created_at
    )


def note_browser(
    *, person_id: UUID, session_key: str, agent: str, at: datetime, machine: UUID | None = None
) -> UUID:
    """Remember a browser by its session and return its id; the same session gets the same id.

    `machine` is the same for all who ever signed in with the browser; None: not known.
    """
    program, system = read_agent(agent)
    browser, is_new = Browser.objects.get_or_create(
        session_key=session_key,
        defaults={
            "id": uuid7(), "person_id": person_id, "program": program, "system": system,
            "created_at": at, "last_used_at": at, "machine": machine,
        },
    )  # fmt: skip
    if is_new:
        tell_sign_in()
    return browser.id


def move_browser(*, device_id: UUID, session_key: str) -> None:
    """Note under which key a browser's session goes on."""
    Browser.objects.filter(id=device_id).update(session_key=session_key)


def note_use(*, device_id: UUID, at: datetime) -> None:
    """Remember that a device was used now."""
    if not Token.objects.filter(id=device_id).update(last_used_at=at):
        Browser.objects.filter(id=device_id).update(last_used_at=at)


def sign_device_out(*, person_id: UUID, device_id: UUID) -> None:
    """Let a token or a browser's session speak for the person no more. Raises DeviceNotFound."""
    with transaction.atomic():
        tokens = Token.objects.filter(person_id=person_id, id=device_id)
        browsers = Browser.objects.filter(person_id=person_id, id=device_id)
        if not tokens.delete()[0] and not _end(list(browsers)):
            raise DeviceNotFound()


def delete_all_but(*, person_id: UUID, keep: str) -> None:
    """Let nothing but one device speak for the person; `keep` is its id, or "" for none."""
    kept = [keep] if keep else []
    with transaction.atomic():
        Token.objects.filter(person_id=person_id).exclude(id__in=kept).delete()
        _end(list(Browser.objects.filter(person_id=person_id).exclude(id__in=kept)))


def _end(browsers: list[Browser]) -> int:
    """End the sessions of browsers and forget them; return how many."""
    Session.objects.filter(session_key__in=[one.session_key for one in browsers]).delete()
    return Browser.objects.filter(id__in=[one.id for one in browsers]).delete()[0]


def list_gone_tokens(*, token_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Return which of the access tokens were revoked or have expired."""
    with connection.cursor() as cursor:
        cursor.execute(GONE_TOKENS, {"asked": list(token_ids), "at": at})
        return {row[0] for row in cursor.fetchall()}


def list_sound_browsers(*, owners: Mapping[UUID, UUID], at: datetime) -> set[UUID]:
    """Return which browsers still speak for the person that each is given with."""
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, {"asked": list(owners), "at": at})
        return {
            browser
            for browser, session, password in cursor.fetchall()
            if _speaks_for(owners[browser], session, password)
        }


# The hub asks every few seconds for hundreds of people, for whom next to nothing ever changes.
@lru_cache(maxsize=20_000)
def _speaks_for(person_id: UUID, session_data: str, password: str) -> bool:
    """Tell whether a session was made for the person while they had the password."""
    session = Session(session_data=session_data).get_decoded()
    if session.get(SESSION_KEY) != str(person_id):
        return False
    expected = Person(id=person_id, password=password).get_session_auth_hash()
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), expected)


def forget_gone_browsers() -> None:
    """Delete browsers whose session is no more."""
    gone = Browser.objects.exclude(session_key__in=Session.objects.values("session_key"))
    # By the keys that were found: a browser that goes on under another one meanwhile stays.
    keys = list(gone.values_list("session_key", flat=True))
    Browser.objects.filter(session_key__in=keys).delete()
