"""How messages look on the wire; made by selectors, so they are described, not checked again."""

from typing import Annotated, Any, Literal

from pydantic import SkipValidation, TypeAdapter, WithJsonSchema
from typing_extensions import TypedDict


class MessageShape(TypedDict):
    """A message as it stands now.

    `card` shows something of the wallet, the same to all; `file` is as in `file.upload`; a reaction
    is `{emoji, people}`.
    """

    id: str
    room: str
    seq: int
    author: str
    kind: Literal["text", "card", "recalled"]
    text: str
    reply_to: str | None
    reactions: list[dict[str, Any]]
    edited_at: str | None
    card: dict[str, Any] | None
    file: dict[str, Any] | None
    pinned: bool
    at: str


def _described(shape: Any) -> WithJsonSchema:
    return WithJsonSchema(TypeAdapter(shape).json_schema())


Message = Annotated[dict[str, Any], SkipValidation, _described(MessageShape)]
