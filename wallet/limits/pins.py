"""The payment PIN: set, tried, locked."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from commands.errors import Refusal
from commands.frames import show_moment
from commands.gates import Gate
from commands.registry import Caller, Registration
from graph.people.services import check_own_password
from outbox.notices.services import Tell, notify
from wallet.limits.errors import PinLocked, PinRequired, PinWeak, PinWrong
from wallet.limits.locks import lock_pin
from wallet.limits.models import Pin

CHANGED, LOCKED = "pin.changed", "pin.locked"
# What people choose when they do not want to choose, beside runs and repetitions.
POPULAR = frozenset({"112233", "159753", "147258", "258369", "789456", "520131", "131420"})
# Until the end of the transaction; see wallet/limits/sql/outgoing.sql.
PROVE = "SELECT set_config('kith.pin_of', %s, true)"


class _Hasher(PBKDF2PasswordHasher):
    """Takes a few milliseconds: a million PINs are too few for any hasher to protect, so it is
    the key mixed in and the few tries that do.
    """

    algorithm = "pin_pbkdf2_sha256"
    iterations = 10_000

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        keyed = salted_hmac("wallet.limits.pin", password, algorithm="sha256").hexdigest()
        return super().encode(keyed, salt, iterations)


def check_new_pin(*, person_id: UUID, pin: str, password: str) -> str:
    """Return the hash of a new PIN, once the password was right.

    Raises PinWeak, WrongCredentials and Locked.
    """
    if is_easy(pin):
        raise PinWeak()
    check_own_password(person_id=person_id, password=password)
    hasher = _Hasher()
    return hasher.encode(pin, hasher.salt())


def is_easy(pin: str) -> bool:
    """Tell whether a PIN is among those that others would try first."""
    steps = {(int(later) - int(digit)) % 10 for digit, later in pairwise(pin)}
    return steps in ({0}, {1}, {9}) or pin[:3] == pin[3:] or pin in POPULAR


def set_pin(*, person_id: UUID, hashed: str, at: datetime) -> Pin:
    """Set the PIN that `check_new_pin` has hashed; a locked one is open again."""
    with transaction.atomic():
        pin, _ = Pin.objects.update_or_create(
            person_id=person_id,
            defaults={"hashed": hashed, "tries": 0, "locked_until": None, "set_at": at},
        )
        notify(Tell(person_id, CHANGED), at=at)
    return pin


def try_pin(*, person_id: UUID, pin: str, at: datetime) -> None:
    """Compare a PIN with the person's, and count it when it is wrong, in a transaction of its own.

    Who has set none passes. Raises PinWrong and PinLocked, after their count was committed.
    """
    with transaction.atomic():
        refusal = _try(person_id, pin, at)
    if refusal:
        raise refusal


def _try(person_id: UUID, typed: str, at: datetime) -> Refusal | None:
    # Compared under the lock: many guesses at once are still only five.
    pin = lock_pin(person_id=person_id)
    if pin is None:
        return None
    if pin.locked_until and at < pin.locked_until:
        return locked(pin.locked_until, at)
    if pin.locked_until:
        pin.tries, pin.locked_until = 0, None
    refusal = None
    if _Hasher().verify(typed, pin.hashed):
        pin.tries = 0
    else:
        pin.tries += 1
        if pin.tries >= settings.PIN_TRIES:
            pin.locked_until = at + timedelta(hours=settings.PIN_LOCK_HOURS)
            notify(Tell(person_id, LOCKED), at=at)
        refusal = PinWrong(tries_left=settings.PIN_TRIES - pin.tries)
    pin.save(update_fields=["tries", "locked_until"])
    return refusal


def locked(until: datetime, at: datetime) -> PinLocked:
    """Return the refusal while a PIN is locked."""
    left = round((until - at).total_seconds() * 1000)
    return PinLocked(until=show_moment(until), retry_after_ms=max(1, left))


def _prove(command: Any, caller: Caller) -> None:
    try_pin(person_id=caller.person, pin=command.pin, at=caller.at)


def prove(*, person_id: UUID) -> None:
    """Have this transaction take it that the person's PIN was right."""
    # The ledger asks for the PIN while it posts, because it alone knows all that leaves.
    with connection.cursor() as cursor:
        cursor.execute(PROVE, [str(person_id)])


def _enter(registration: Registration, command: Any, caller: Caller) -> None:
    prove(person_id=caller.person)


def _takes_pin(registration: Registration) -> bool:
    return registration.money and "pin" in registration.model.model_fields


GATE = Gate(
    guards=_takes_pin, concerns=lambda command: command.pin is not None, prove=_prove,
    enter=_enter, refusals=(PinRequired, PinWrong, PinLocked),
)  # fmt: skip
