"""What `post_batch` promises, written plainly: dictionaries, one item after the other, copies to go
back to. Slow and obviously right; the state machine compares the two.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wallet.ledger.services import LARGEST, Item

# What is compared when an id comes again, in this order, and how the answer calls it.
NAMED = {
    "action": "flags", "balancing": "flags", "closing": "flags", "reverses": "flags",
    "pending": "pending_id", "expires_at": "timeout", "debit": "debit_account_id",
    "credit": "credit_account_id", "amount": "amount", "ref": "user_data_128",
    "currency": "ledger", "code": "code",
}  # fmt: skip
ENDED = {
    "post": "pending_transfer_already_posted", "void": "pending_transfer_already_voided",
    "expire": "pending_transfer_expired",
}  # fmt: skip


@dataclass
class Purse:
    """An account of the model."""

    currency: str
    floor: int | None = 0
    ceiling: int | None = None
    frozen: bool = False
    closed: bool = False
    balance: int = 0
    held: int = 0
    coming: int = 0
    entries: int = 0


@dataclass
class Model:
    """Accounts and what was posted."""

    purses: dict[UUID, Purse] = field(default_factory=dict)
    # Each transfer's terms, as they stand in the books.
    posted: dict[UUID, dict[str, object]] = field(default_factory=dict)
    # What ended each hold, and what took back each transfer.
    resolved: dict[UUID, str] = field(default_factory=dict)
    reversed: dict[UUID, UUID] = field(default_factory=dict)
    known: set[UUID] = field(default_factory=set)

    def post(self, items: list[Item], at: datetime) -> list[str]:
        """Post a batch and return the status of each item."""
        statuses: list[str] = []
        # Only what stood in the books before the batch can be taken back in it.
        self.known = set(self.posted)
        for chain, is_open in chains(items):
            before = deepcopy((self.purses, self.posted, self.resolved, self.reversed))
            found: list[str] = []
            for place, item in enumerate(chain):
                if is_open and place == len(chain) - 1:
                    found.append("linked_event_chain_open")
                elif found and found[-1] != "created":
                    found.append("linked_event_failed")
                else:
                    found.append(self._post_one(item, at))
            if found[-1] != "created" or len(set(found)) > 1:
                self.purses, self.posted, self.resolved, self.reversed = before
                found = ["linked_event_failed" if one == "created" else one for one in found]
            statuses += found
        return statuses

    def _post_one(self, item: Item, at: datetime) -> str:
        terms = {name: getattr(item, name) for name in NAMED}
        about = self._complete(item, terms)
        refusal = self._compare(item, terms) or (
            self._resolve(item, about, terms, at)
            if item.pending
            else self._move(item, about, terms)
        )
        if refusal:
            return refusal
        self.posted[item.id] = terms
        if item.reverses:
            self.reversed[item.reverses] = item.id
        return "created"

    def _complete(self, item: Item, terms: dict[str, object]) -> dict[str, object] | None:
        """Fill in what a resolution or a reversal takes from what it is about, and return that."""
        if item.pending and (held := self.posted.get(item.pending)):
            terms |= {name: held[name] for name in ("debit", "credit", "currency")}
            terms["amount"] = held["amount"] if item.amount is None else item.amount
            return held
        if item.reverses in self.known and (first := self.posted.get(item.reverses)):
            terms["currency"] = first["currency"]
            terms["amount"] = first["amount"] if item.amount is None else item.amount
            terms["debit"], terms["credit"] = first["credit"], first["debit"]
            return first
        if item.action in ("transfer", "pending"):
            terms["currency"] = item.currency or "CNY"
        if item.balancing and item.amount is None:
            terms["amount"] = LARGEST
        return None

    def _compare(self, item: Item, terms: dict[str, object]) -> str | None:
        first = self.posted.get(item.id)
        if first is None:
            return None
        for name, called in NAMED.items():
            same = first[name] == terms[name]
            if name == "amount" and item.balancing:
                same = _whole(first[name]) <= _whole(terms[name])
            if not same:
                return f"exists_with_different_{called}"
        return "exists"

    def _resolve(
        self, item: Item, held: dict[str, object] | None, terms: dict[str, object], at: datetime
    ) -> str | None:
        assert item.pending is not None
        if item.pending == item.id:
            return "pending_id_must_be_different"
        if held is None:
            return "pending_transfer_not_found"
        if held["action"] != "pending":
            return "pending_transfer_not_pending"
        if item.debit and item.debit != held["debit"]:
            return "pending_transfer_has_different_debit_account_id"
        if item.credit and item.credit != held["credit"]:
            return "pending_transfer_has_different_credit_account_id"
        if item.currency and item.currency != held["currency"]:
            return "pending_transfer_has_different_ledger"
        amount, most, expiry = _whole(terms["amount"]), _whole(held["amount"]), held["expires_at"]
        assert expiry is None or isinstance(expiry, datetime)
        if amount > most:
            return "exceeds_pending_transfer_amount"
        if amount < most and item.action != "post":
            return "pending_transfer_has_different_amount"
        if refusal := self._check_open(item, terms, is_past=expiry is not None and at >= expiry):
            return refusal
        payer, payee = self._sides(terms)
        payer.held -= most
        payee.coming -= most
        self.resolved[item.pending] = item.action
        if item.action == "post":
            self._pay(payer, payee, amount)
        else:
            self._set_closed(held["closing"], payer, payee, closed=False)
        return None

    def _check_open(self, item: Item, terms: dict[str, object], *, is_past: bool) -> str | None:
        assert item.pending is not None
        if by := self.resolved.get(item.pending):
            return ENDED[by]
        if item.action == "post" and is_past:
            return "pending_transfer_expired"
        if item.action == "expire" and not is_past:
            return "pending_transfer_not_expired"
        payer, payee = self._sides(terms)
        if item.action == "post" and not item.refund and (payer.closed or payee.closed):
            return f"{'debit' if payer.closed else 'credit'}_account_already_closed"
        return None

    def _move(
        self, item: Item, about: dict[str, object] | None, terms: dict[str, object]
    ) -> str | None:
        if item.reverses and (refusal := self._check_reversal(item, about, terms)):
            return refusal
        if refusal := self._check_form(item, terms):
            return refusal
        payer, payee = self._sides(terms)
        refund = item.refund or item.reverses is not None
        if refusal := self._check_accounts(terms, payer, payee, refund=refund):
            return refusal
        if item.balancing in ("debit", "both"):
            there = max(0, payer.balance - payer.held - (payer.floor or 0))
            terms["amount"] = min(_whole(terms["amount"]), there)
        if item.balancing in ("credit", "both"):
            room = max(0, (payee.ceiling or 0) - payee.balance - payee.coming)
            terms["amount"] = min(_whole(terms["amount"]), room)
        amount = _whole(terms["amount"])
        if payer.floor is not None and payer.balance - payer.held - amount < payer.floor:
            return "exceeds_credits"
        full = payee.ceiling is not None and payee.balance + payee.coming + amount > payee.ceiling
        if full and not refund:
            return "exceeds_debits"
        if item.action == "pending":
            payer.held += amount
            payee.coming += amount
            self._set_closed(item.closing, payer, payee, closed=True)
        else:
            self._pay(payer, payee, amount)
        return None

    def _check_reversal(
        self, item: Item, about: dict[str, object] | None, terms: dict[str, object]
    ) -> str | None:
        if about is None or item.reverses not in self.known:
            return "reversed_transfer_not_found"
        if about["action"] not in ("transfer", "post"):
            return "reversed_transfer_not_posted"
        if _whole(terms["amount"]) > _whole(about["amount"]):
            return "exceeds_reversed_transfer_amount"
        return "transfer_already_reversed" if item.reverses in self.reversed else None

    def _check_form(self, item: Item, terms: dict[str, object]) -> str | None:
        if terms["debit"] == terms["credit"]:
            return "accounts_must_be_different"
        if item.expires_at and item.action != "pending":
            return "timeout_reserved_for_pending_transfer"
        if item.closing and item.action != "pending":
            return "closing_transfer_must_be_pending"
        for side in ("debit", "credit"):
            if terms[side] not in self.purses:
                return f"{side}_account_not_found"
        return None

    @staticmethod
    def _check_accounts(
        terms: dict[str, object], payer: Purse, payee: Purse, *, refund: bool
    ) -> str | None:
        if payer.currency != payee.currency:
            return "accounts_must_have_the_same_ledger"
        if payer.currency != terms["currency"]:
            return "transfer_must_have_the_same_ledger_as_accounts"
        if not refund and (payer.closed or payee.closed):
            return f"{'debit' if payer.closed else 'credit'}_account_already_closed"
        if not refund and (payer.frozen or payee.frozen):
            return f"{'debit' if payer.frozen else 'credit'}_account_barred"
        return None

    def _sides(self, terms: dict[str, object]) -> tuple[Purse, Purse]:
        debit, credit = terms["debit"], terms["credit"]
        assert isinstance(debit, UUID)
        assert isinstance(credit, UUID)
        return self.purses[debit], self.purses[credit]

    @staticmethod
    def _set_closed(closing: object, payer: Purse, payee: Purse, *, closed: bool) -> None:
        if closing in ("debit", "both"):
            payer.closed = closed
        if closing in ("credit", "both"):
            payee.closed = closed

    @staticmethod
    def _pay(payer: Purse, payee: Purse, amount: int) -> None:
        payer.balance -= amount
        payee.balance += amount
        payer.entries += 1
        payee.entries += 1


def _whole(amount: object) -> int:
    assert isinstance(amount, int)
    return amount


def chains(items: list[Item]) -> list[tuple[list[Item], bool]]:
    """Cut a batch into its chains; tell of each whether it was left open at the end."""
    cut: list[tuple[list[Item], bool]] = []
    chain: list[Item] = []
    for item in items:
        chain.append(item)
        if not item.linked:
            cut.append((chain, False))
            chain = []
    return [*cut, (chain, True)] if chain else cut
