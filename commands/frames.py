"""The building blocks of frames: closed, frozen pydantic models and the types of their fields."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.functional_serializers import PlainSerializer

MAX_AMOUNT = 10**15


class Frame(BaseModel):
    """A closed, frozen model: unknown fields and loose types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Command(Frame):
    """What a caller asks for; a subclass names itself with `type: Literal["family.verb"]`."""


class Result(Frame):
    """What a command answers."""


def _only_text(value: Any) -> Any:
    # Without this, pydantic would also take the sixteen bytes of a UUID or the seconds of a time.
    if isinstance(value, str | UUID | datetime | date):
        return value
    raise ValueError("must be a string")


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


def show_moment(moment: datetime) -> str:
    """Return the moment as RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("must name its offset from UTC")
    return moment.astimezone(UTC)


Id = Annotated[UUID, BeforeValidator(_only_text), Field(strict=False)]
Moment = Annotated[
    datetime,
    BeforeValidator(_only_text),
    AfterValidator(_in_utc),
    PlainSerializer(show_moment, return_type=str),
    Field(strict=False),
]
Day = Annotated[date, BeforeValidator(_only_text), Field(strict=False)]
Text = Annotated[str, AfterValidator(_without_nul)]
ShortText = Annotated[Text, Field(max_length=200)]
Amount = Annotated[int, Field(ge=1, le=MAX_AMOUNT, description="Minor units (fen for CNY).")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]
PageSize = Annotated[int, Field(ge=1, le=200)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Pin = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
