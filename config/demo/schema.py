"""What a line of a conversation file may hold.

A file has one JSON object per line: `at` (RFC 3339), `author`, `text`, and perhaps

    id         a name by which later lines speak of this one
    reply_to   the line it answers: its id, or its place in the file, from 0
    react      who puts which emoji on it: {"🎉": ["lin", "kai"]}
    edit       what its author makes of the text right after
    recall     true if its author takes the text back right after
    money      one act with money by the line's author, after the text; `type` is the command

Amounts are fen. What others do at once (claim, pay, accept) stands in the act itself and happens
while the conversation goes on; what they do later is an act of a later line, whose `of` names the
line that began it. `refused` is the code with which an act must be refused.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LARGEST_SHARE = 20_000
LONGEST_TEXT = 4_000

Author = Annotated[str, Field(min_length=1, max_length=64)]
Authors = list[Author]
LineId = Annotated[str, Field(min_length=1, max_length=64)]
Fen = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Note = Annotated[str, Field(max_length=200)]


class Act(BaseModel):
    """One act with money."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    refused: str | None = None

    @property
    def command(self) -> str:
        """Return the name of the command that the act is, which each kind of act states as
        `type`.
        """
        name: str = self.type  # type: ignore[attr-defined]
        return name


class Later(Act):
    """An act about what an earlier line began."""

    of: LineId


class SendEnvelope(Act):
    """A red envelope; all of `claims` tap at the same time, `guesses` try a wrong word first."""

    type: Literal["envelope.send"]
    amount: Fen
    count: Annotated[int, Field(ge=1, le=500)]
    kind: Literal["random", "equal"]
    greeting: Note = ""
    only: Authors | None = None
    password: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    claims: Authors = []
    guesses: Authors = []

    @model_validator(mode="after")
    def _adds_up(self) -> "SendEnvelope":
        if not self.count <= self.amount <= self.count * LARGEST_SHARE:
            raise ValueError(f"each share must be between 1 and {LARGEST_SHARE} fen")
        if self.kind == "equal" and self.amount % self.count:
            raise ValueError("an equal envelope's amount must be a multiple of its count")
        _require_once(self.claims, "claims")
        if not set(self.guesses) <= set(self.claims):
            raise ValueError("who guesses the word also claims")
        if self.guesses and self.password is None:
            raise ValueError("without a password there is nothing to guess")
        return self


class ClaimEnvelope(Later):
    """Somebody opens an envelope later; `refused` says if they are too late."""

    type: Literal["envelope.claim"]


class Even(BaseModel):
    """Everybody the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    mode: Literal["even"]
    members: Annotated[Authors, Field(min_length=1)]


class Exact(BaseModel):
    """Everybody as said."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    mode: Literal["exact"]
    amounts: Annotated[dict[Author, Fen], Field(min_length=1)]


class Weighted(BaseModel):
    """In proportion to whole numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    mode: Literal["weights"]
    weights: Annotated[dict[Author, Annotated[int, Field(ge=1, le=1_000)]], Field(min_length=1)]


class CreateSplit(Act):
    """A bill; those of `pays` and `declines` answer at once."""

    type: Literal["split.create"]
    amount: Fen
    note: Note = ""
    between: Annotated[Even | Exact | Weighted, Field(discriminator="mode")]
    pays: Authors = []
    declines: Authors = []

    @property
    def people(self) -> Authors:
        """Return between whom the bill is split."""
        match self.between:
            case Even():
                return self.between.members
            case Exact():
                return list(self.between.amounts)
            case Weighted():
                return list(self.between.weights)

    @model_validator(mode="after")
    def _adds_up(self) -> "CreateSplit":
        _require_once(self.people, "between")
        _require_once([*self.pays, *self.declines], "pays and declines")
        if not {*self.pays, *self.declines} <= set(self.people):
            raise ValueError("only those the bill is split between can pay or decline")
        if isinstance(self.between, Exact) and sum(self.between.amounts.values()) != self.amount:
            raise ValueError("the parts do not add up to the amount")
        if self.amount < len(self.people) * 1_000:
            raise ValueError("a bill is at least 10 yuan for each, so that nobody's part is 0")
        return self


class PaySplit(Later):
    """Somebody pays their share later."""

    type: Literal["split.pay"]


class DeclineSplit(Later):
    """Somebody will not pay."""

    type: Literal["split.decline"]


class RemindSplit(Later):
    """Whose bill it is reminds those who have not paid."""

    type: Literal["split.remind"]


class CancelSplit(Later):
    """Whose bill it is stops asking; what was paid stays."""

    type: Literal["split.cancel"]


class SendTransfer(Act):
    """Money offered to somebody; with an `answer` the receiver gives it at once."""

    type: Literal["transfer.send"]
    to: Author
    amount: Fen
    note: Note = ""
    answer: Literal["accept", "return"] | None = None


class AcceptTransfer(Later):
    """The receiver takes the money later."""

    type: Literal["transfer.accept"]


class ReturnTransfer(Later):
    """The receiver gives it back later."""

    type: Literal["transfer.return"]


class SetTrust(Act):
    """Somebody stands behind a friend, up to the amount; 0 ends it."""

    type: Literal["trust.set"]
    to: Author
    amount: Annotated[int, Field(ge=0, le=10**9, strict=True)]


class AskLoan(Act):
    """An ask for a loan: `limit` asks for all that trust carries, `half` for half of that, `above`
    for one fen more, which must be refused.
    """

    type: Literal["loan.ask"]
    lender: Author
    amount: Fen | Literal["limit", "half", "above"]
    days: Annotated[int, Field(ge=1, le=365)] = 30
    daily_rate_ppm: Annotated[int, Field(ge=0, le=400)] = 0
    note: Note = ""
    answer: Literal["grant", "refuse"] | None = None


class GrantLoan(Later):
    """The lender lends."""

    type: Literal["loan.grant"]


class RefuseLoan(Later):
    """The lender does not."""

    type: Literal["loan.refuse"]


class WithdrawLoan(Later):
    """The borrower takes the ask back."""

    type: Literal["loan.withdraw"]


class RepayLoan(Later):
    """The borrower repays some of it, half of what is owed, or all."""

    type: Literal["loan.repay"]
    amount: Fen | Literal["half", "all"]


Money = Annotated[
    SendEnvelope | ClaimEnvelope | CreateSplit | PaySplit | DeclineSplit | RemindSplit | CancelSplit
    | SendTransfer | AcceptTransfer | ReturnTransfer | SetTrust | AskLoan | GrantLoan | RefuseLoan
    | WithdrawLoan | RepayLoan,
    Field(discriminator="type"),
]  # fmt: skip


class Line(BaseModel):
    """One line of a file; fields that are not ours are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    at: datetime
    author: Author
    text: str
    id: LineId | None = None
    reply_to: Annotated[int, Field(ge=0, strict=True)] | LineId | None = None
    react: dict[Annotated[str, Field(min_length=1, max_length=32)], Authors] = {}
    edit: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)] | None = None
    recall: bool = False
    money: Money | None = None

    @model_validator(mode="after")
    def _can_change(self) -> "Line":
        if (self.edit or self.recall) and not self.text.strip():
            raise ValueError("without a text there is nothing to edit or to recall")
        if self.recall and (self.edit or self.react):
            raise ValueError("what is recalled can neither be edited nor reacted to")
        return self


def _require_once(people: Authors, what: str) -> None:
    if len(set(people)) < len(people):
        raise ValueError(f"{what} must name each person once")
