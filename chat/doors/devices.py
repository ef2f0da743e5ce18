"""Noting now and then that a device is in use, so that it costs next to nothing."""

import time
from datetime import datetime
from uuid import UUID

from chat.doors.identity import SignedIn
from commands.recent import Recent
from graph.people.devices import note_use

NOTED_EVERY_SECONDS = 300.0
REMEMBERED = 50_000

_noted: Recent[str, float] = Recent(REMEMBERED)


def is_use_due(signed_in: SignedIn) -> bool:
    """Tell whether this process has not noted the device for a while."""
    noted = _noted.get(signed_in.credential)
    return noted is None or time.monotonic() - noted > NOTED_EVERY_SECONDS


def note_use_now_and_then(signed_in: SignedIn, *, at: datetime) -> None:
    """Note that the device was used, if that was not noted just before."""
    if not is_use_due(signed_in):
        return
    _noted.put(signed_in.credential, time.monotonic())
    note_use(device_id=UUID(signed_in.credential), at=at)
