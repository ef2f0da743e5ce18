"""Noting where a device is used: at first, when its address changes, and now and then."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chat.doors.identity import SignedIn
from commands.recent import Recent
from wallet.screening.places.services import note_place

logger = logging.getLogger(__name__)

# What a caller says of where it is; only the provider of development believes it.
HEADER = "Kith-Place"
MOST_HINT = 64
NOTED_EVERY_SECONDS = 300.0
REMEMBERED = 50_000

# By device: from where it was noted last, and when.
_noted: Recent[str, tuple[tuple[str, str], float]] = Recent(REMEMBERED)


def is_place_due(signed_in: SignedIn, *, address: str, hint: str) -> bool:
    """Tell whether this process has not noted the device at this place for a while."""
    known = _noted.get(signed_in.credential)
    if known is None:
        return True
    where, noted = known
    return where != (address, hint[:MOST_HINT]) or time.monotonic() - noted > NOTED_EVERY_SECONDS


def note_place_now_and_then(signed_in: SignedIn, *, address: str, hint: str, at: datetime) -> None:
    """Note where the device is used, if that was not noted just before. Nobody's command fails
    because of it.
    """
    if not is_place_due(signed_in, address=address, hint=hint):
        return
    _noted.put(signed_in.credential, ((address, hint[:MOST_HINT]), time.monotonic()))
    try:
        note_place(
            person_id=signed_in.person_id, device_id=UUID(signed_in.credential), address=address,
            hint=hint[:MOST_HINT], at=at,
        )  # fmt: skip
    except Exception:
        logger.exception("the place of a device could not be noted")


def read_hint(headers: Mapping[bytes, str]) -> str:
    """Return what the headers of a socket's handshake say of a place."""
    return headers.get(HEADER.lower().encode(), "")[:MOST_HINT]
