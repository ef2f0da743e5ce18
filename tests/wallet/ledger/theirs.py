"""What TigerBeetle answers, as its reference says, for tables made at random.

It keeps no order of its own making: each function tells what is wrong one thing after the other, as
the lists of results in the reference for `create_transfers` stand. Amounts are theirs, 128 bits.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace

WIDE = 2**128 - 1
TIME_MAX = 2**63 - 1
SECOND = 10**9
# After one of these the id stays burned.
TRANSIENT = {
    "debit_account_not_found", "credit_account_not_found", "pending_transfer_not_found",
    "exceeds_credits", "exceeds_debits", "debit_account_already_closed",
    "credit_account_already_closed",
}  # fmt: skip


@dataclass
class Purse:
    """An account: debits pending and posted, credits pending and posted."""

    ledger: int
    flags: frozenset[str] = frozenset()
    dp: int = 0
    d: int = 0
    cp: int = 0
    c: int = 0
    closed: bool = False

    @property
    def shown(self) -> tuple[int, int, int, int]:
        return self.dp, self.d, self.cp, self.c


@dataclass(frozen=True)
class Event:
    """A transfer as it is asked for, or as it was written."""

    id: int
    debit: int = 0
    credit: int = 0
    amount: int = 0
    pending: int = 0
    user: tuple[int, int, int] = (0, 0, 0)
    timeout: int = 0
    ledger: int = 1
    code: int = 1
    flags: frozenset[str] = frozenset()
    padding: int = 0
    timestamp: int = 0
    at: int = 0

    @property
    def resolves(self) -> bool:
        return bool(self.flags & {"POS", "VOI"})

    @property
    def expires(self) -> int | None:
        return self.at + self.timeout * SECOND if self.timeout else None


@dataclass
class State:
    purses: dict[int, Purse] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)


class Theirs:
    """A ledger of theirs, with a clock of nanoseconds."""

    def __init__(self) -> None:
        self.state = State()
        self.burned: set[int] = set()
        self.now = 0

    def tick(self, nanoseconds: int) -> None:
        self.now += nanoseconds
        self._expire()

    def look(self) -> None:
        self.now += 1

    def after_look(self) -> None:
        self._expire()

    def create(self, events: list[Event]) -> list[str]:
        self.now += 1
        found: list[str] = []
        kept: State | None = None
        broken, start = False, 0
        for place, event in enumerate(events):
            if "LNK" in event.flags and kept is None:
                kept, start, broken = deepcopy(self.state), place, False
            said = self._one(event, self.now + place + 1)
            if "LNK" in event.flags and place == len(events) - 1:
                said = "linked_event_chain_open"
            elif broken:
                said = "linked_event_failed"
            elif said in TRANSIENT:
                self.burned.add(event.id)
            if broken or (said == "linked_event_chain_open" and kept):
                self.state = deepcopy(kept) if kept else self.state
            if said != "created" and kept is not None and not broken:
                self.state, broken = deepcopy(kept), True
                found[start:] = ["linked_event_failed"] * (place - start)
            found.append(said)
            if "LNK" not in event.flags:
                kept, broken = None, False
        self.now += len(events)
        self._expire()
        return found

    def _expire(self) -> None:
        for event in self.state.events.values():
            if event.expires is None or event.expires > self.now or event.id in self.state.ended:
                continue
            self._free(event)
            self.state.ended[event.id] = "expired"

    def _free(self, held: Event) -> None:
        payer, payee = self.state.purses[held.debit], self.state.purses[held.credit]
        payer.dp -= held.amount
        payee.cp -= held.amount
        if "CDR" in held.flags:
            payer.closed = False
        if "CCR" in held.flags:
            payee.closed = False

    def _one(self, event: Event, at: int) -> str:
        if event.timestamp:
            return "timestamp_must_be_zero"
        if event.padding:
            return "reserved_flag"
        if event.id in (0, WIDE):
            return "id_must_not_be_int_max" if event.id else "id_must_not_be_zero"
        if existing := self.state.events.get(event.id):
            return self._compare(event, existing)
        if event.id in self.burned:
            return "id_already_failed"
        return self._resolve(event, at) if event.resolves else self._move(event, at)

    def _compare(self, event: Event, existing: Event) -> str:
        held = self.state.events.get(event.pending) if event.resolves else None
        told = inherit(event, held) if event.pending == existing.pending and held else event
        is_balancing = bool(event.flags & {"BDR", "BCR"})
        for name, differs in (
            ("flags", event.flags != existing.flags),
            ("pending_id", event.pending != existing.pending),
            ("timeout", event.timeout != existing.timeout),
            ("debit_account_id", told.debit != existing.debit),
            ("credit_account_id", told.credit != existing.credit),
            ("amount", told.amount < existing.amount if is_balancing
             else told.amount != existing.amount),
            ("user_data_128", told.user[0] != existing.user[0]),
            ("user_data_64", told.user[1] != existing.user[1]),
            ("user_data_32", told.user[2] != existing.user[2]),
            ("ledger", told.ledger != existing.ledger),
            ("code", told.code != existing.code),
        ):  # fmt: skip
            if differs:
                return f"exists_with_different_{name}"
        return "exists"

    def _resolve(self, event: Event, at: int) -> str:
        held = self.state.events.get(event.pending)
        if refusal := self._about_resolution(event, held):
            return refusal
        assert held is not None
        told = inherit(event, held)
        if refusal := self._about_hold(told, held, at):
            return refusal
        payer, payee = self.state.purses[held.debit], self.state.purses[held.credit]
        self._free(held)
        if "POS" in event.flags:
            payer.d += told.amount
            payee.c += told.amount
        self.state.ended[held.id] = "posted" if "POS" in event.flags else "voided"
        self.state.events[event.id] = replace(told, at=at)
        return "created"

    def _about_resolution(self, event: Event, held: Event | None) -> str | None:
        if event.flags >= {"POS", "VOI"} or event.flags & {"PEN", "BDR", "BCR", "CDR", "CCR"}:
            return "flags_are_mutually_exclusive"
        if event.pending in (0, WIDE):
            return f"pending_id_must_not_be_{'int_max' if event.pending else 'zero'}"
        if event.pending == event.id:
            return "pending_id_must_be_different"
        if event.timeout:
            return "timeout_reserved_for_pending_transfer"
        if held is None:
            return "pending_transfer_not_found"
        return None if "PEN" in held.flags else "pending_transfer_not_pending"

    def _about_hold(self, told: Event, held: Event, at: int) -> str | None:
        for name, said, known in (
            ("debit_account_id", told.debit, held.debit),
            ("credit_account_id", told.credit, held.credit),
            ("ledger", told.ledger, held.ledger),
            ("code", told.code, held.code),
        ):
            if said != known:
                return f"pending_transfer_has_different_{name}"
        if told.amount > held.amount:
            return "exceeds_pending_transfer_amount"
        if "VOI" in told.flags and told.amount < held.amount:
            return "pending_transfer_has_different_amount"
        ended = self.state.ended.get(held.id)
        if ended in ("posted", "voided"):
            return f"pending_transfer_already_{ended}"
        if ended or (held.expires is not None and held.expires <= at):
            return "pending_transfer_expired"
        payer, payee = self.state.purses[held.debit], self.state.purses[held.credit]
        if "POS" in told.flags and (payer.closed or payee.closed):
            return f"{'debit' if payer.closed else 'credit'}_account_already_closed"
        return None

    def _move(self, event: Event, at: int) -> str:
        return self._about_form(event) or self._about_accounts(event, at) or "created"

    def _about_form(self, event: Event) -> str | None:
        for side, account in (("debit", event.debit), ("credit", event.credit)):
            if account in (0, WIDE):
                return f"{side}_account_id_must_not_be_{'int_max' if account else 'zero'}"
        if event.debit == event.credit:
            return "accounts_must_be_different"
        if event.pending:
            return "pending_id_must_be_zero"
        if "PEN" not in event.flags and event.timeout:
            return "timeout_reserved_for_pending_transfer"
        if "PEN" not in event.flags and event.flags & {"CDR", "CCR"}:
            return "closing_transfer_must_be_pending"
        if not event.ledger:
            return "ledger_must_not_be_zero"
        return None if event.code else "code_must_not_be_zero"

    def _about_accounts(self, event: Event, at: int) -> str | None:
        payer = self.state.purses.get(event.debit)
        payee = self.state.purses.get(event.credit)
        if payer is None or payee is None:
            return f"{'debit' if payer is None else 'credit'}_account_not_found"
        if payer.ledger != payee.ledger:
            return "accounts_must_have_the_same_ledger"
        if event.ledger != payer.ledger:
            return "transfer_must_have_the_same_ledger_as_accounts"
        if payer.closed or payee.closed:
            return f"{'debit' if payer.closed else 'credit'}_account_already_closed"
        amount = event.amount
        if "BDR" in event.flags:
            amount = min(amount, max(0, payer.c - payer.d - payer.dp))
        if "BCR" in event.flags:
            amount = min(amount, max(0, payee.d - payee.c - payee.cp))
        written = replace(event, amount=amount, at=at)
        if refusal := self._about_balances(written, payer, payee):
            return refusal
        if "PEN" in event.flags:
            payer.dp += amount
            payee.cp += amount
            payer.closed = "CDR" in event.flags
            payee.closed = "CCR" in event.flags
        else:
            payer.d += amount
            payee.c += amount
        self.state.events[event.id] = written
        return None

    def _about_balances(self, event: Event, payer: Purse, payee: Purse) -> str | None:
        amount, holds = event.amount, "PEN" in event.flags
        for name, total in (
            ("debits_pending", payer.dp if holds else 0),
            ("credits_pending", payee.cp if holds else 0),
            ("debits_posted", payer.d), ("credits_posted", payee.c),
            ("debits", payer.dp + payer.d), ("credits", payee.cp + payee.c),
        ):  # fmt: skip
            if total + amount > WIDE:
                return f"overflows_{name}"
        if event.at + event.timeout * SECOND > TIME_MAX:
            return "overflows_timeout"
        if "D<C" in payer.flags and payer.dp + payer.d + amount > payer.c:
            return "exceeds_credits"
        if "C<D" in payee.flags and payee.cp + payee.c + amount > payee.d:
            return "exceeds_debits"
        return None


def inherit(event: Event, held: Event) -> Event:
    """Return a resolution with what it leaves open taken from what it resolves."""
    whole = WIDE if "POS" in event.flags else 0
    one, two, three = (own or other for own, other in zip(event.user, held.user, strict=True))
    return replace(
        event, debit=event.debit or held.debit, credit=event.credit or held.credit,
        ledger=event.ledger or held.ledger, code=event.code or held.code, user=(one, two, three),
        amount=held.amount if event.amount == whole else event.amount,
    )  # fmt: skip
