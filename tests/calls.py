"""Commands as a client sends them: by name and as JSON, through the one way that all doors take."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pydantic_core

from commands.execute import Answer, execute
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, Registration, get_registration


def send(
    person_id: UUID | None,
    command: str | Registration,
    /,
    *,
    at: datetime,
    command_id: UUID | None = None,
    device: UUID | None = None,
    **fields: Any,
) -> Answer:
    """Send a command, signed in by a device if one is given, and return its answer; raises the
    refusal it meets.
    """
    registration = get_registration(command) if isinstance(command, str) else command
    frame = parse_object(pydantic_core.to_json(fields))
    caller = Caller(
        at=at, person_id=person_id, command_id=command_id or uuid4(),
        credential=str(device) if device else "",
    )  # fmt: skip
    return execute(registration, parse_command(registration, frame), caller)


def call(person_id: UUID | None, command: str, /, *, at: datetime, **fields: Any) -> Any:
    """Send a command under a fresh id and return its result."""
    return pydantic_core.from_json(send(person_id, command, at=at, **fields).result)
