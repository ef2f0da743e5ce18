"""How presence looks on the wire; made by selectors, so it is described, not checked again."""

from typing import Annotated, Any, Literal

from pydantic import SkipValidation, TypeAdapter, WithJsonSchema
from typing_extensions import TypedDict


class PresenceShape(TypedDict):
    """How a person stands; `last_seen` is when they last had a device connected, to the minute
    while they have one, and null where there is nothing that you may know.
    """

    person: str
    status: Literal["online", "away", "offline"]
    last_seen: str | None


Presence = Annotated[
    dict[str, Any], SkipValidation, WithJsonSchema(TypeAdapter(PresenceShape).json_schema())
]
