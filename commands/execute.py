"""Carrying out one command, from whichever door it came."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from psycopg import errors as pg
from pydantic_core import from_json

from commands.errors import Busy, Malformed, Refusal
from commands.frames import Command
from commands.gates import Gate, gates_to_pass
from commands.keys import claim_key, encode, find_answer, finish_key
from commands.registry import Caller, PrepareFirst, Registration

logger = logging.getLogger(__name__)

# What PostgreSQL asks to be tried again, and what it says when somebody held a lock for too long.
TRY_AGAIN = (pg.DeadlockDetected, pg.SerializationFailure)
TOO_LONG = (pg.LockNotAvailable, pg.QueryCanceled)
ATTEMPTS = 3


@dataclass(frozen=True)
class Answer:
    """A command's result as JSON text, and whether it is the kept answer of an earlier sending."""

    result: str
    replayed: bool = False


def execute(registration: Registration, command: Command, caller: Caller) -> Answer:
    """Carry the command out, or return its first answer if this id was carried out before.

    Raises a Refusal with nothing changed, Busy among them when a lock or the database could not be
    had. A command whose connection broke is tried again: its id makes that safe even if the commit
    had gone through.
    """
    if registration.keyed and caller.command_id is None:
        raise Malformed("A command that writes needs an id.", field="id")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _complete(registration, caller, _attempt(registration, command, caller))
        except IntegrityError as error:
            # Two at once for what may be there once: the second try finds what the first one made.
            if attempt == ATTEMPTS or not isinstance(error.__cause__, pg.UniqueViolation):
                raise
        except (OperationalError, InterfaceError) as error:
            cause = error.__cause__
            if isinstance(cause, TOO_LONG):
                raise Busy() from error
            if attempt == ATTEMPTS or not _may_try_again(registration, cause):
                logger.warning("%s gave up: %s", registration.name, error)
                raise Busy(retry_after_ms=1000) from error
            if not isinstance(cause, TRY_AGAIN):
                connection.close()
            time.sleep(0.05 * attempt)
    raise AssertionError("unreachable")


def _may_try_again(registration: Registration, cause: BaseException | None) -> bool:
    # A broken connection leaves open whether the commit happened; only an id tells.
    return isinstance(cause, TRY_AGAIN) or registration.keyed or not registration.writes


def _attempt(registration: Registration, command: Command, caller: Caller) -> Answer:
    if not registration.keyed:
        return Answer(encode(_call(registration, command, caller)))
    gates = gates_to_pass(registration, command)
    prepared: tuple[object, ...] = ()
    if _is_prepared(registration, command) or any(gate.prove for gate in gates):
        if (earlier := find_answer(registration, command, caller)) is not None:
            return Answer(earlier, replayed=True)
        try:
            prepared = _prepare(registration, gates, command, caller)
        except Refusal:
            # What it refuses may be what this very id has done since we looked.
            if (earlier := find_answer(registration, command, caller)) is not None:
                return Answer(earlier, replayed=True)
            raise
    try:
        return _carry_out(registration, gates, command, caller, prepared)
    except PrepareFirst as found:
        first = found
    return _carry_out(registration, gates, command, caller, (first.prepare(),))


def _carry_out(
    registration: Registration,
    gates: list[Gate],
    command: Command,
    caller: Caller,
    prepared: tuple[object, ...],
) -> Answer:
    answer = None
    try:
        with transaction.atomic():
            if (earlier := claim_key(registration, command, caller)) is not None:
                return Answer(earlier, replayed=True)
            for gate in gates:
                gate.enter(registration, command, caller)
            result = registration.handler(command, caller, *prepared)
            answer = finish_key(registration, caller, result)
    except Refusal as refusal:
        if refusal.leaves:
            _carefully(refusal.leaves)
        raise
    finally:
        if answer is None and registration.abandon and prepared:
            _carefully(partial(registration.abandon, *prepared))
    return Answer(answer)


def _carefully(step: Callable[[], None]) -> None:
    """Take a step after a command has come to nothing, which does not change why it did."""
    try:
        step()
    except Exception:
        logger.exception("what a refused command leaves behind could not be written")


def _complete(registration: Registration, caller: Caller, answer: Answer) -> Answer:
    if registration.complete is None:
        return answer
    result = registration.complete(from_json(answer.result), caller)
    return answer if result is None else Answer(encode(result), replayed=answer.replayed)


def _prepare(
    registration: Registration, gates: list[Gate], command: Command, caller: Caller
) -> tuple[object, ...]:
    for gate in gates:
        if gate.prove:
            gate.prove(command, caller)
    if not _is_prepared(registration, command):
        return ()
    assert registration.prepare is not None
    return (registration.prepare(command, caller),)


def _is_prepared(registration: Registration, command: Command) -> bool:
    return registration.prepare is not None and registration.prepares(command)


def _call(registration: Registration, command: Command, caller: Caller) -> object:
    if registration.prepare:
        prepared = registration.prepare(command, caller)
        return registration.handler(command, caller, prepared)
    return registration.handler(command, caller)
