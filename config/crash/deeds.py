"""What was acknowledged: each command that was carried out, as it was sent, with its answer."""

from dataclasses import dataclass, field
from typing import Any

from chat.client import Refused
from config.demo.books import Books

Shown = dict[str, Any]

# Where the answer of a command shows what it is about.
FAMILIES = {
    "transfer.send": "transfer",
    "transfer.accept": "transfer",
    "transfer.return": "transfer",
    "envelope.send": "envelope",
    "envelope.claim": "envelope",
    "split.create": "split",
    "split.pay": "split",
    "payment_request.create": "payment_request",
    "payment_request.pay": "payment_request",
    "wallet.top_up": "payment",
}
TOP_UP = "wallet.top_up"
# Others than the time and somebody who was faster may refuse nothing.
EXPECTED_REFUSALS = {"transfer.not_pending", "envelope.empty", "envelope.expired"}


@dataclass(frozen=True)
class Deed:
    """A command that somebody was told is carried out."""

    person: str
    command: str
    id: str
    fields: Shown
    result: Shown

    @property
    def about(self) -> str:
        """Return the id of what it made or answered."""
        return find_about(self.command, self.result)


def find_about(command: str, result: Shown) -> str:
    """Return the id of what an answer is about."""
    about = result.get(FAMILIES[command]) or result["entry"]
    # Of some answers only what they refer to is kept, by its id.
    return str(about if isinstance(about, str) else about["id"])


@dataclass
class Deeds:
    """All that was acknowledged, in the order of the acknowledgements, and what was refused."""

    done: list[Deed] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def note(self, deed: Deed) -> None:
        """Take notice of an acknowledgement."""
        self.done.append(deed)
        books, shown = self.books, deed.result.get(FAMILIES[deed.command]) or {}
        match deed.command:
            case "transfer.send":
                books.send_transfer(shown)
            case "transfer.accept" | "transfer.return":
                books.answer_transfer(shown)
            case "envelope.send":
                books.send_envelope(shown)
            case "envelope.claim":
                books.claim(deed.about, deed.result["share"])
            case "split.create":
                books.create_split(shown)
            case "split.pay":
                books.pay_split(shown, deed.person)
            case "payment_request.create" | "payment_request.pay":
                books.note_request(shown)

    def note_refusal(self, person: str, command: str, refusal: Refused) -> None:
        """Take notice of a refusal that stands."""
        self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        if refusal.code not in EXPECTED_REFUSALS:
            self.problems.append(f"{person}'s {command} was refused: {refusal}")

    def top_ups(self) -> dict[str, Deed]:
        """Return the top-ups that a bank was asked for, by the payment's id."""
        return {
            deed.about: deed
            for deed in self.done
            if deed.command == TOP_UP and deed.result["payment"] is not None
        }

    def close(self, payments: dict[str, Shown]) -> Books:
        """Return what the books must be once everything has come to its end; `payments` says how
        those at banks ended.
        """
        for deed in self.done:
            if deed.command != TOP_UP:
                continue
            payment = payments.get(deed.about) if deed.result["payment"] else None
            if payment is None or payment["status"] == "done":
                self.books.fund(deed.person, deed.fields["amount"])
        self.books.let_time_run_out()
        return self.books
