"""What else has a say when somebody leaves: the layers above put it here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Part:
    """Something that people are part of: `list_open(person_id)` says what keeps them there, as
    `kind` and `count`; `leave(person_id, at)` takes them out, once nothing does.
    """

    list_open: Callable[[UUID], list[dict[str, Any]]]
    leave: Callable[[UUID, datetime], None]


_parts: list[Part] = []


def put_part(part: Part) -> None:
    """Have a part asked when somebody leaves."""
    _parts.append(part)


def list_parts() -> list[Part]:
    """Return all parts."""
    return list(_parts)
