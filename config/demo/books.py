"""What the money must look like in the end, from the answers that the service gave."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Shown = dict[str, Any]
# A kind of entry and its amount with a sign.
Movement = tuple[str, int]


@dataclass
class Purse:
    """One person's expected entries, and what is held of their money."""

    entries: Counter[Movement] = field(default_factory=Counter)
    held: int = 0

    @property
    def balance(self) -> int:
        """Return the sum of the entries."""
        return sum(amount * times for (_, amount), times in self.entries.items())


@dataclass
class Books:
    """Each acknowledged payment, once: per person, and per envelope, split, transfer, request for
    payment and loan.

    People are named by id. `shares` holds who took how much of an envelope, `statuses` what became
    of a split's shares, `cancelled` the splits that nobody asks for any more, `transfers`,
    `requests` and `loans` how they stood when last answered.
    """

    purses: dict[str, Purse] = field(default_factory=dict)
    envelopes: dict[str, Shown] = field(default_factory=dict)
    shares: dict[str, dict[str, int]] = field(default_factory=dict)
    splits: dict[str, Shown] = field(default_factory=dict)
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    transfers: dict[str, Shown] = field(default_factory=dict)
    requests: dict[str, Shown] = field(default_factory=dict)
    loans: dict[str, Shown] = field(default_factory=dict)
    payments: int = 0

    def purse(self, person: str) -> Purse:
        """Return the person's purse."""
        return self.purses.setdefault(person, Purse())

    def _enter(self, person: str, kind: str, amount: int) -> None:
        self.purse(person).entries[(kind, amount)] += 1

    def _pay(self, payer: str, receiver: str, kind: str, amount: int) -> None:
        self.payments += 1
        self._enter(payer, kind, -amount)
        self._enter(receiver, kind, amount)

    def fund(self, person: str, amount: int) -> None:
        """Note money that came in from a bank, such as what somebody began with."""
        self._enter(person, "bank.top_up", amount)

    def send_envelope(self, envelope: Shown) -> None:
        """Note an envelope that was sent."""
        self.payments += 1
        self._enter(envelope["sender"], "envelope.send", -envelope["amount"])
        self.envelopes[envelope["id"]] = envelope
        self.shares[envelope["id"]] = {}

    def claim(self, envelope: str, share: Shown) -> None:
        """Note a share that somebody took."""
        self.payments += 1
        self._enter(share["person"], "envelope.claim", share["amount"])
        self.shares[envelope][share["person"]] = share["amount"]

    def create_split(self, split: Shown) -> None:
        """Note a bill."""
        self.splits[split["id"]] = split
        self.statuses[split["id"]] = {share["person"]: share["status"] for share in split["shares"]}

    def pay_split(self, split: Shown, payer: str) -> None:
        """Note a share that was paid."""
        (amount,) = [share["amount"] for share in split["shares"] if share["person"] == payer]
        self._pay(payer, split["initiator"], "split.pay", amount)
        self.statuses[split["id"]][payer] = "paid"

    def decline_split(self, split: Shown, person: str) -> None:
        """Note a share that somebody will not pay."""
        self.statuses[split["id"]][person] = "declined"

    def cancel_split(self, split: Shown) -> None:
        """Note a bill that is not asked for any more."""
        self.cancelled.add(split["id"])

    def split_status(self, split: str) -> str:
        """Return how a bill must stand."""
        if "unpaid" not in self.statuses[split].values():
            return "settled"
        return "cancelled" if split in self.cancelled else "open"

    def send_transfer(self, transfer: Shown) -> None:
        """Note money that is held until the receiver answers."""
        self.payments += 1
        self.purse(transfer["from"]).held += transfer["amount"]
        self.transfers[transfer["id"]] = transfer

    def answer_transfer(self, transfer: Shown) -> None:
        """Note what the receiver did."""
        self.purse(transfer["from"]).held -= transfer["amount"]
        if transfer["status"] == "accepted":
            self._pay(transfer["from"], transfer["to"], "transfer", transfer["amount"])
        self.transfers[transfer["id"]] = transfer

    def note_request(self, request: Shown) -> None:
        """Note how a request for payment stands after it was made or answered."""
        if request["status"] == "paid":
            self._pay(request["to"], request["from"], "payment_request.pay", request["amount"])
        self.requests[request["id"]] = request

    def let_time_run_out(self) -> None:
        """Note what becomes of all that was offered and thrown once its time is over."""
        for key, transfer in self.transfers.items():
            if transfer["status"] == "pending":
                self.purse(transfer["from"]).held -= transfer["amount"]
                self.transfers[key] = transfer | {"status": "expired"}
        for key, envelope in self.envelopes.items():
            if rest := envelope["amount"] - sum(self.shares[key].values()):
                self._enter(envelope["sender"], "envelope.return", rest)

    def note_loan(self, loan: Shown) -> None:
        """Note how a loan stands after an ask, an answer or a repayment, and what that moved."""
        before = self.loans.get(loan["id"])
        if before is not None and before["status"] == "asked" and loan["status"] == "open":
            self._pay(loan["lender"], loan["borrower"], "loan.grant", loan["amount"])
        repaid = loan["repaid"] - (before["repaid"] if before else 0)
        if repaid:
            self._pay(loan["borrower"], loan["lender"], "loan.repay", repaid)
        self.loans[loan["id"]] = loan
