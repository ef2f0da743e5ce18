"""The building blocks of frames: closed, frozen pydantic models and the types of their fields."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.functional_serializers import PlainSerializer

MAX_AMOUNT = 10**15

# ISO 4217, list one (kept by SIX, www.six-group.com, "Data Standards") as of January 2026, without
# funds, metals, units of account and test codes: nobody pays with those. It is written down here
# because the libraries that hold it are ten megabytes or under the LGPL, and it changes once a
# year.
ACTIVE_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(ACTIVE_CODES.split())


class Frame(BaseModel):
    """A closed, frozen model: unknown fields and loose types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Command(Frame):
    """What a caller asks for; a subclass names itself with `type: Literal["family.verb"]`."""


class Result(Frame):
    """What a command answers."""


@dataclass(frozen=True)
class Written:
    """A result as JSON text, with what is kept of it, where many answers share most of theirs."""

    text: str
    kept: str


@dataclass(frozen=True)
class Kept:
    """A result as JSON text that was kept under its caller's id by what carried it out."""

    text: str


class Download(Result):
    """A file that the HTTP door sends as it is; `chunks` gives its bytes bit by bit, and the first
    of them before anything is sent. `kind` is its media type where it is not the command's usual.
    """

    name: str
    kind: Annotated[str, Field(exclude=True)] = ""
    chunks: Annotated[Any, Field(exclude=True)]


def _only_text(value: Any) -> Any:
    # Without this, pydantic would also take the sixteen bytes of a UUID or the seconds of a time.
    if isinstance(value, str | UUID | datetime | date):
        return value
    raise ValueError("must be a string")


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


def _known_currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError("must be an active currency of ISO 4217")
    return value


# A rush shows the same moments again and again, each in the answers of many.
@lru_cache(maxsize=4_096)
def show_moment(moment: datetime) -> str:
    """Return the moment as RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("must name its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be in the calendar, in UTC too") from None


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
Currency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="An active code of ISO 4217."),
    AfterValidator(_known_currency),
]
PageSize = Annotated[int, Field(ge=1, le=200)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Pin = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
