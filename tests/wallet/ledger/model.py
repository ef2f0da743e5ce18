"""What `post_batch` promises, written plainly: dictionaries, one item after the other, copies to go
back to. Slow and obviously right; the state machine compares the two.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wallet.ledger.services import Item

TERMS = ("currency", "action", "pending", "debit", "credit", "amount", "ref", "expires_at", "code")
NAMED = dict(
    zip(
        TERMS,
        (
            "ledger", "flags", "pending_id", "debit_account_id", "credit_account_id", "amount",
            "user_data_128", "timeout", "code",
        ),
        strict=True,
    )
)  # fmt: skip


@dataclass
class Purse:
    """An account of the model."""

    currency: str
    floor: int | None = 0
    ceiling: int | None = None
    barred: bool = False
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
    resolved: dict[UUID, str] = field(default_factory=dict)

    def post(self, items: list[Item], at: datetime) -> list[str]:
        """Post a batch and return the status of each item."""
        statuses: list[str] = []
        for chain, is_open in chains(items):
            before = deepcopy((self.purses, self.posted, self.resolved))
            found: list[str] = []
            for place, item in enumerate(chain):
                if found and found[-1] != "created":
                    found.append("linked_event_failed")
                elif is_open and place == len(chain) - 1:
                    found.append("linked_event_chain_open")
                else:
                    found.append(self._post_one(item, at))
            if found[-1] != "created" or len(set(found)) > 1:
                self.purses, self.posted, self.resolved = before
                found = ["linked_event_failed" if one == "created" else one for one in found]
            statuses += found
        return statuses

    def _post_one(self, item: Item, at: datetime) -> str:
        terms = {name: getattr(item, name) for name in TERMS}
        held = self.posted.get(item.pending) if item.pending else None
        if item.action in ("post", "void"):
            if held is None or held["action"] != "pending":
                return "pending_transfer_not_found"
            terms |= {name: held[name] for name in ("debit", "credit", "currency")}
            if item.action == "void" or item.amount is None:
                terms["amount"] = held["amount"]
        elif item.debit == item.credit:
            return "accounts_must_be_different"
        elif item.expires_at and item.action != "pending":
            return "timeout_reserved_for_pending_transfer"
        if first := self.posted.get(item.id):
            differing = [name for name in TERMS if first[name] != terms[name]]
            if item.action == "post" and item.amount is None:
                differing = [name for name in differing if name != "amount"]
            return f"exists_with_different_{NAMED[differing[0]]}" if differing else "exists"
        refusal = (
            self._resolve(item, held, terms, at) if held else self._move(terms, refund=item.refund)
        )
        if refusal:
            return refusal
        self.posted[item.id] = terms
        return "created"

    def _resolve(
        self, item: Item, held: dict[str, object], terms: dict[str, object], at: datetime
    ) -> str | None:
        assert item.pending is not None
        if by := self.resolved.get(item.pending):
            return f"pending_transfer_already_{by}"
        amount, most, expiry = terms["amount"], held["amount"], held["expires_at"]
        assert isinstance(amount, int)
        assert isinstance(most, int)
        if amount > most:
            return "exceeds_pending_transfer_amount"
        if item.action == "post" and isinstance(expiry, datetime) and at >= expiry:
            return "pending_transfer_expired"
        payer, payee = self._sides(terms)
        payer.held -= most
        payee.coming -= most
        self.resolved[item.pending] = "posted" if item.action == "post" else "voided"
        if item.action == "post":
            self._pay(payer, payee, amount)
        return None

    def _move(self, terms: dict[str, object], *, refund: bool) -> str | None:
        for side in ("debit", "credit"):
            if terms[side] not in self.purses:
                return f"{side}_account_not_found"
        payer, payee = self._sides(terms)
        amount = terms["amount"]
        assert isinstance(amount, int)
        if payer.currency != payee.currency:
            return "accounts_must_have_the_same_ledger"
        if payer.currency != terms["currency"]:
            return "transfer_must_have_the_same_ledger_as_accounts"
        if not refund and (payer.barred or payee.barred):
            return f"{'debit' if payer.barred else 'credit'}_account_barred"
        if payer.floor is not None and payer.balance - payer.held - amount < payer.floor:
            return "exceeds_credits"
        full = payee.ceiling is not None and payee.balance + payee.coming + amount > payee.ceiling
        if full and not refund:
            return "exceeds_debits"
        if terms["action"] == "pending":
            payer.held += amount
            payee.coming += amount
        else:
            self._pay(payer, payee, amount)
        return None

    def _sides(self, terms: dict[str, object]) -> tuple[Purse, Purse]:
        debit, credit = terms["debit"], terms["credit"]
        assert isinstance(debit, UUID)
        assert isinstance(credit, UUID)
        return self.purses[debit], self.purses[credit]

    @staticmethod
    def _pay(payer: Purse, payee: Purse, amount: int) -> None:
        payer.balance -= amount
        payee.balance += amount
        payer.entries += 1
        payee.entries += 1


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
