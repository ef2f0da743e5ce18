"""How rooms and members look on the wire; made by selectors, so they are described, not checked
again.
"""

from typing import Annotated, Any

from pydantic import SkipValidation, TypeAdapter, WithJsonSchema
from typing_extensions import TypedDict


class RoomShape(TypedDict):
    """A room as one of its members sees it; `with` is the other person of a direct room."""

    room: str
    id: str
    kind: str
    name: str
    last_seq: int
    read_seq: int
    unread: int
    muted: bool
    read_marks: bool
    role: str
    joined_seq: int
    newest: dict[str, Any] | None
    newest_at: str | None


class MemberShape(TypedDict):
    """Somebody in a room, who sees it from `joined_seq` on."""

    person: str
    username: str
    name: str
    role: str
    joined_seq: int


class EventShape(TypedDict):
    """A numbered event; its kind says which further fields it has."""

    type: str
    kind: str
    room: str
    seq: int
    at: str
    by: str | None


def _described(shape: Any) -> WithJsonSchema:
    return WithJsonSchema(TypeAdapter(shape).json_schema())


Room = Annotated[dict[str, Any], SkipValidation, _described(RoomShape)]
Member = Annotated[dict[str, Any], SkipValidation, _described(MemberShape)]
Event = Annotated[dict[str, Any], SkipValidation, _described(EventShape)]
