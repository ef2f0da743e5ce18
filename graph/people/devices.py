"""What somebody is signed in by: access tokens and browsers' sessions, and signing them out.

Each is known by one id for as long as it lives: a token by its own, a browser by one that its
session carries along when its key changes. The same id names its sockets on the bus.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.agents import read_agent
from graph.people.errors import DeviceNotFound
from graph.people.models import Browser, Token

LISTED_AT_MOST = 200


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
    devices = [_of(row, "token") for row in tokens.order_by("-id")[:LISTED_AT_MOST]]
    devices += [_of(row, "session") for row in browsers.order_by("-id")[:LISTED_AT_MOST]]
    devices.sort(key=lambda device: device.last_used_at, reverse=True)
    return devices[:LISTED_AT_MOST]


def _of(row: Token | Browser, kind: Literal["token", "session"]) -> Device:
    return Device(
        row.id, kind, row.program, row.system, row.created_at, row.last_used_at or row.created_at
    )


def note_browser(*, person_id: UUID, session_key: str, agent: str, at: datetime) -> UUID:
    """Remember a browser by its session and return its id; the same session gets the same id."""
    program, system = read_agent(agent)
    browser, _ = Browser.objects.get_or_create(
        session_key=session_key,
        defaults={
            "id": uuid7(), "person_id": person_id, "program": program, "system": system,
            "created_at": at, "last_used_at": at,
        },
    )  # fmt: skip
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
    tokens = Token.objects.filter(person_id=person_id)
    browsers = Browser.objects.filter(person_id=person_id)
    with transaction.atomic():
        for token in tokens:
            if str(token.id) != keep:
                token.delete()
        _end([browser for browser in browsers if str(browser.id) != keep])


def _end(browsers: list[Browser]) -> int:
    """End the sessions of browsers and forget them; return how many."""
    Session.objects.filter(session_key__in=[one.session_key for one in browsers]).delete()
    return Browser.objects.filter(id__in=[one.id for one in browsers]).delete()[0]


def forget_gone_browsers() -> None:
    """Delete browsers whose session is no more."""
    Browser.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
