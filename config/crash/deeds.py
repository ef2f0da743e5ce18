"""What was acknowledged: each command that was carried out, as it was sent, with its answer."""

from dataclasses import dataclass, field
from typing import Any

from chat.client import Refused
from config.crash.books import AllBooks

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
    "wallet.withdraw": "payment",
    "voucher.issue": "vouchers",
    "expense.add": "expense",
    "room.settle": "settlement",
    "room.confirm_settlement": "settlement",
    "loan.ask": "loan",
    "loan.grant": "loan",
    "loan.repay": "loan",
    "dispute.open": "dispute",
    "dispute.freeze": "dispute",
    "dispute.release": "dispute",
    "dispute.propose": "dispute",
    "dispute.refuse": "dispute",
    "dispute.confirm": "dispute",
}
TOP_UP, WITHDRAW = "wallet.top_up", "wallet.withdraw"
# One person may do these to one thing several times.
MANY_TIMES = {"loan.repay", "dispute.propose", "dispute.refuse"}
# Their answers are told anew when they are sent again.
RETOLD = {"envelope.claim", "split.pay"}
# Others than the time, somebody who was faster and a bank in trouble may refuse nothing.
EXPECTED_REFUSALS = {
    "transfer.not_pending", "envelope.empty", "envelope.expired", "voucher.not_open",
    "expense.plan_changed", "wallet.bank_refused",
}  # fmt: skip


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
    if isinstance(about, list):
        about = about[0]
    # Of some answers only what they refer to is kept, by its id.
    return str(about if isinstance(about, str) else about["id"])


def find_difference(deed: Deed, again: Shown) -> str:
    """Return how an answer to the same command, sent again, differs from the first one; nothing
    where it does not, or only shows how the same thing stands by now.
    """
    about = find_about(deed.command, again)
    if about != deed.about:
        return f"was about {deed.about}, sent again about {about}"
    asked_a_bank = deed.result.get("payment") or deed.result.get("bank")
    if deed.command in RETOLD or asked_a_bank:
        return ""
    first, second = ({**one, "replayed": True} for one in (deed.result, again))
    return f"was answered {first}, sent again {second}" if first != second else ""


@dataclass
class Deeds:
    """All that was acknowledged, in the order of the acknowledgements, and what was refused."""

    done: list[Deed] = field(default_factory=list)
    books: AllBooks = field(default_factory=AllBooks)
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
            case _:
                self._note_more(deed, shown)

    def _note_more(self, deed: Deed, shown: Shown) -> None:
        books = self.books
        match deed.command:
            case "payment_request.create":
                books.note_request(shown)
            case "payment_request.pay":
                books.pay_from(shown, deed.fields["sources"])
            case "voucher.issue":
                books.issue(deed.result["vouchers"])
            case "expense.add":
                books.add_expense(shown)
            case "room.settle" | "room.confirm_settlement":
                books.note_settlement(shown)
            case "loan.ask" | "loan.grant" | "loan.repay":
                books.note_loan(shown)
            case command if command.startswith("dispute."):
                books.note_dispute(command, shown, deed.fields)

    def note_refusal(self, person: str, command: str, refusal: Refused) -> None:
        """Take notice of a refusal that stands."""
        self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        if refusal.code not in EXPECTED_REFUSALS:
            self.problems.append(f"{person}'s {command} was refused: {refusal}")

    def at_banks(self) -> dict[str, Deed]:
        """Return the top-ups and withdrawals that a bank was asked for, by the payment's id."""
        return {
            deed.about: deed
            for deed in self.done
            if deed.command in (TOP_UP, WITHDRAW) and deed.result["payment"] is not None
        }

    def close(self, payments: dict[str, Shown]) -> AllBooks:
        """Return what the books must be once everything has come to its end; `payments` says how
        those at banks ended.
        """
        for deed in self.done:
            if deed.command not in (TOP_UP, WITHDRAW):
                continue
            payment = payments.get(deed.about) if deed.result["payment"] else None
            if payment is None or payment["status"] == "done":
                note = self.books.fund if deed.command == TOP_UP else self.books.withdraw
                note(deed.person, deed.fields["amount"])
        self.books.let_time_run_out()
        return self.books
