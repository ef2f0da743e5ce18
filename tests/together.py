"""Commands of many people at the same moment, carried out together as the doors do it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pydantic_core
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commands.execute import Answer
from commands.execute_many import Decided, execute_many, may_go_with_others
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, Job, get_registration

EDGES = {"BEGIN", "COMMIT"}


def make_job(
    person: UUID,
    command: str,
    *,
    at: datetime,
    command_id: UUID | None = None,
    device: UUID | None = None,
    **fields: Any,
) -> Job:
    """Return a person's command as it comes out of a door."""
    registration = get_registration(command)
    frame = parse_object(pydantic_core.to_json(fields))
    caller = Caller(
        at=at, person_id=person, command_id=command_id or uuid4(),
        credential=str(device) if device else "",
    )  # fmt: skip
    job = Job(parse_command(registration, frame), caller)
    assert may_go_with_others(registration, job)
    return job


def together(command: str, jobs: Iterable[Job]) -> list[Decided]:
    """Carry the jobs out in one transaction and return what was decided of each."""
    return execute_many(get_registration(command), list(jobs))


def results(decided: Iterable[Decided]) -> list[Any]:
    """Return the results of those that were carried out, and the refusals' codes of the others."""
    return [
        pydantic_core.from_json(one.result)
        if isinstance(one, Answer)
        else getattr(one, "code", one)
        for one in decided
    ]


def count_statements(command: str, jobs: Iterable[Job]) -> tuple[int, list[Decided]]:
    """Carry the jobs out and return how many statements that took, BEGIN and COMMIT not counted."""
    with CaptureQueriesContext(connection) as asked:
        decided = together(command, jobs)
    return sum(one["sql"] not in EDGES for one in asked.captured_queries), decided
