"""Idempotency: one id of one person is carried out once, and its first answer is kept."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pydantic_core
from django.conf import settings
from django.db import connection

from commands.arrays import columns
from commands.errors import IdReused
from commands.frames import Command, Written
from commands.models import Key
from commands.recent_ids import note_id
from commands.registry import Caller, Job, Registration

# Fields that are neither compared nor kept; `old` and `new` are passwords that change.
SECRETS = {"pin", "password", "old", "new"}
# Fields with so few possible values that a plain digest would give them away.
GUESSABLE = {"phone", "number", "hashes"}
# The columns stand in this order in the statements below.
CLAIM = """
    INSERT INTO commands_key (person_id, command_id, command, terms, money, at)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
FINISH = "UPDATE commands_key SET result = %s WHERE person_id = %s AND command_id = %s"
# Those of many callers; the terms and answers go in as they come out.
# Together nobody waits long for a lock that somebody else holds: until the transaction ends the
# patience is this, and afterwards each waits by itself.
PATIENCE = "set_config('lock_timeout', '500ms', true)"
FIND_MANY = f"""
    SELECT x.place - 1, k.command, k.terms, k.result
    FROM (SELECT {PATIENCE}) AS patience
    LEFT JOIN unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS x (person_id, command_id, place)
    JOIN commands_key AS k USING (person_id, command_id) ON true
"""  # noqa: S608 (our own text, put together once)
INSERT_KEYS = """
    INSERT INTO commands_key (person_id, command_id, command, terms, money, at, result)
    SELECT k.person_id, k.command_id, k.command, k.terms::jsonb, k.money, k.at, k.result
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[],
                %s::text[]) WITH ORDINALITY
         AS k (person_id, command_id, command, terms, money, at, result, place)
"""
FIND = "SELECT command, terms, result FROM commands_key WHERE person_id = %s AND command_id = %s"


def claim_key(registration: Registration, command: Command, caller: Caller) -> str | None:
    """Take the caller's id for this transaction; return the first answer if it was carried out
    before.

    Waits for a duplicate that is under way (its insert is not committed), at most the database's
    `lock_timeout`. Raises IdReused when the id was used for another command or other terms.
    """
    terms = digest_terms(command)
    note_id(caller.person, caller.command)
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            [
                caller.person, caller.command_id, registration.name,
                pydantic_core.to_json(terms).decode(), registration.money, caller.at,
            ],
        )  # fmt: skip
        if cursor.rowcount == 1:
            return None
    return find_answer(registration, command, caller)


def find_answer(registration: Registration, command: Command, caller: Caller) -> str | None:
    """Return the kept answer for the caller's id as JSON, or None if it was never carried out.

    Raises IdReused when the id was used for another command or other terms.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIND, [caller.person, caller.command_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return _retell(registration, command, caller, row)


def _retell(
    registration: Registration, command: Command, caller: Caller, row: tuple[Any, Any, Any]
) -> str:
    first_command, first_terms, answer = row
    note_id(caller.person, caller.command)
    differing = _differing(registration, first_command, first_terms, digest_terms(command))
    if differing:
        raise IdReused(command=first_command, differs=differing)
    if registration.reference:
        return encode(registration.reference.retell(pydantic_core.from_json(answer), caller))
    return str(answer)


def finish_key(registration: Registration, caller: Caller, result: Any) -> str:
    """Keep the result of the command that is being carried out, or what it refers to; return the
    answer.
    """
    written = _write(registration, result)
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [written.kept, caller.person, caller.command_id])
    return written.text


def _write(registration: Registration, result: Any) -> Written:
    text = encode(result)
    if registration.reference:
        return Written(text, encode(registration.reference.keep(result)))
    return Written(text, text)


def find_answers(registration: Registration, jobs: Sequence[Job]) -> dict[int, str | IdReused]:
    """Begin to carry jobs out together: return the kept answers of those that were carried out
    before, by their place, in one statement; IdReused for those whose id was used for something
    else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            FIND_MANY,
            columns([job.caller for job in jobs], "person_id", "command_id"),
        )
        rows = cursor.fetchall()
    found: dict[int, str | IdReused] = {}
    for place, *row in rows:
        if place is None:
            continue
        job = jobs[place]
        try:
            found[place] = _retell(registration, job.command, job.caller, tuple(row))
        except IdReused as reused:
            found[place] = reused
    return found


@dataclass(frozen=True)
class NewKey:
    """What is kept of a job that is being carried out: who asked for what under which id, and the
    answer, of which `kept` is kept.
    """

    person_id: UUID
    command_id: UUID
    command: str
    terms: str
    money: bool
    at: datetime
    text: str
    kept: str


def make_key(registration: Registration, job: Job, result: Any) -> NewKey:
    """Return what is to be kept of a job with its result, which may be Written."""
    written = result if isinstance(result, Written) else _write(registration, result)
    note_id(job.caller.person, job.caller.command)
    return NewKey(
        person_id=job.caller.person, command_id=job.caller.command, command=registration.name,
        terms=encode(digest_terms(job.command)), money=registration.money, at=job.caller.at,
        text=written.text, kept=written.kept,
    )  # fmt: skip


def write_keys(keys: Sequence[NewKey]) -> list[str]:
    """Return the parameters of INSERT_KEYS."""
    return columns(
        keys, "person_id", "command_id", "command", "terms", "money", "at", "kept"
    )  # fmt: skip


def keep_answers(keys: Sequence[NewKey]) -> None:
    """Keep the answers of many jobs under their callers' ids, in one statement.

    Where somebody else has carried out one of them meanwhile, the database raises IntegrityError.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSERT_KEYS, write_keys(keys))


def forget_key(*, person_id: UUID, command_id: UUID, began: UUID) -> None:
    """Forget that a command was carried out, because what it began has come to nothing: the id may
    be sent again.

    Nothing is forgotten where the kept answer does not name what was begun: then somebody else has
    forgotten it before, and the id has begun something new.
    """
    kept = Key.objects.filter(person_id=person_id, command_id=command_id)
    kept.filter(result__contains=f'"{began}"').delete()


def encode(result: Any) -> str:
    """Return a result as JSON text."""
    return pydantic_core.to_json(result, by_alias=True).decode()


def digest_terms(command: Command) -> dict[str, str]:
    """Return a short digest for each field; secrets are neither compared nor kept."""
    fields: dict[str, Any] = command.model_dump(mode="json", exclude=SECRETS | {"type"})
    return {
        name: hashlib.blake2b(_canonical(value), digest_size=8, key=_key_for(name)).hexdigest()
        for name, value in fields.items()
    }


def _key_for(name: str) -> bytes:
    return settings.SECRET_KEY.encode()[:64] if name in GUESSABLE else b""


# The order of keys means nothing in JSON, however deep they stand.
_canonical_text = json.JSONEncoder(sort_keys=True).encode


def _canonical(value: Any) -> bytes:
    return _canonical_text(value).encode()


def _differing(
    registration: Registration, first_command: str, first_terms: Any, terms: dict[str, str]
) -> list[str]:
    if first_command != registration.name:
        return ["type"]
    if isinstance(first_terms, str):
        first_terms = pydantic_core.from_json(first_terms)
    # A field that came with a later version of the command was not there to differ.
    return sorted(name for name in first_terms if terms.get(name) != first_terms[name])


def forget_old_keys(*, at: datetime) -> int:
    """Delete the keys of commands without money that are older than a week; return how many."""
    before = at - timedelta(days=settings.IDEMPOTENCY_KEEP_DAYS)
    forgotten, _ = Key.objects.filter(money=False, at__lt=before).delete()
    return forgotten
