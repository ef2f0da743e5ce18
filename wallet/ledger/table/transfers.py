"""Posting a table's transfers through `post_batch`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from wallet.ledger.services import LARGEST, Action, Item, Side, expire_holds, post_batch
from wallet.ledger.table.accounts import Accounts
from wallet.ledger.table.clock import Clock, chains, moment_of, time_faults
from wallet.ledger.table.lines import SECOND, TransferEvent
from wallet.ledger.table.verdicts import (
    CREATED,
    TRANSIENT,
    differences,
    first_of,
    form_faults,
    inherited,
    pending_faults,
)

SIDES: dict[frozenset[str], Side] = {
    frozenset({"D"}): "debit", frozenset({"C"}): "credit", frozenset({"D", "C"}): "both",
}  # fmt: skip
Chain = tuple[list[TransferEvent], bool]

# Note [Whole batches]
# A batch goes to the ledger as it is, so that order, chains and repeats are decided by what decides
# them in production. Only a chain in which something is wrong that our items cannot say (a flag or
# a field that we do not have, a burned id) is tried event by event, each attempt rolled back: the
# ledger says what is wrong with it otherwise, and of the two the more important is told.


class Transfers:
    """The transfers of a table, with the fields that ours do not have."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self.events: dict[int, TransferEvent] = {}
        self.timestamps: dict[int, int] = {}
        self._expiries: dict[int, int | None] = {}
        self._burned: set[int] = set()
        self._accounts = accounts
        self._clock = clock
        self._batch: Sequence[TransferEvent] = ()
        # The nanosecond after which the events of the batch come.
        self._start = 0

    def create(self, events: Sequence[TransferEvent]) -> list[str]:
        """Post a batch and return each event's result. What is due by its end expires after it."""
        self._start = self._clock.begin()
        self._batch = events
        results: list[str] = []
        waiting: list[Chain] = []
        for chain in chains(events):
            named = _ids(chain[0])
            if named & _ids(event for held, _ in waiting for event in held):
                results += self._post(waiting)
                waiting = []
            if self._is_ours_to_judge(chain[0]):
                results += self._post(waiting)
                waiting = []
                results += self._try(chain)
            else:
                waiting.append(chain)
        results += self._post(waiting)
        self._clock.now += len(events)
        self.expire_due()
        return results

    def expire_due(self) -> None:
        """End the holds whose time is up."""
        while expire_holds(at=self._clock.moment, owned=True):
            pass

    def _is_ours_to_judge(self, chain: list[TransferEvent]) -> bool:
        return (
            any("IMP" in event.flags for event in self._batch)
            or len(_ids(chain)) < sum(len(_ids([event])) for event in chain)
            or any(self._faults(event) for event in chain)
        )

    def _post(self, waiting: list[Chain]) -> list[str]:
        events = [event for chain, _ in waiting for event in chain]
        outcomes = post_batch([self._item(event) for event in events], at=self._moment)
        for event, outcome in zip(events, outcomes, strict=True):
            self._note(event, outcome.status)
        return [outcome.status for outcome in outcomes]

    def _try(self, chain: Chain) -> list[str]:
        # See Note [Whole batches].
        events, is_open = chain
        kept = dict(self.events), dict(self.timestamps), dict(self._expiries)
        for place, event in enumerate(events):
            if is_open and place == len(events) - 1:
                verdict = "linked_event_chain_open"
            else:
                verdict = first_of(self._faults(event) | {self._attempt(events[: place + 1])})
            if verdict != CREATED:
                self.events, self.timestamps, self._expiries = kept
                self._note(event, verdict)
                rest = ["linked_event_failed"] * (len(events) - place - 1)
                if is_open and rest:
                    rest[-1] = "linked_event_chain_open"
                return ["linked_event_failed"] * place + [verdict, *rest]
            # The next of the chain sees this one.
            self._note(event, CREATED)
        return self._post([chain])

    def _attempt(self, events: list[TransferEvent]) -> str:
        """Return what the ledger says to the last of a chain, and leave nothing behind."""
        items = [replace(self._item(event), linked=True) for event in events]
        items[-1] = replace(items[-1], linked=False)
        with transaction.atomic():
            outcomes = post_batch(items, at=self._moment)
            transaction.set_rollback(True)
        return outcomes[-1].status

    def _note(self, event: TransferEvent, verdict: str) -> None:
        if verdict in TRANSIENT:
            self._burned.add(event.id)
        if verdict == CREATED:
            pending = self.events.get(event.pending)
            one, other, third = (inherited(event, pending, place) for place in range(3))
            self.events[event.id] = replace(event, user_data=(one, other, third))
            self.timestamps[event.id] = self._time(event)
            self._expiries[event.id] = self._expires(event)

    def _faults(self, event: TransferEvent) -> set[str]:
        faults = form_faults(event, time=self._time(event)) | time_faults(
            event,
            batch_is_imported="IMP" in self._batch[0].flags,
            batch_time=self._start + len(self._batch),
        )
        pending = self.events.get(event.pending)
        if existing := self.events.get(event.id):
            return faults | differences(event, existing, pending)
        if event.id in self._burned:
            faults.add("id_already_failed")
        expires = self._expiries.get(event.pending)
        # Over by the time of this event, though not yet by that of the batch.
        if event.resolves and expires is not None and expires <= self._time(event):
            faults.add("pending_transfer_expired")
        return faults | pending_faults(event, pending) | self._import_faults(event)

    def _import_faults(self, event: TransferEvent) -> set[str]:
        if "IMP" not in event.flags:
            return set()
        faults = set()
        opened = self._accounts.timestamps
        last = max(self.timestamps.values(), default=0)
        if event.timestamp <= last or event.timestamp in opened.values():
            faults.add("imported_event_timestamp_must_not_regress")
        if not event.resolves:
            for side, account in (("debit", event.debit), ("credit", event.credit)):
                if event.timestamp <= opened.get(account, 0):
                    faults.add(f"imported_event_timestamp_must_postdate_{side}_account")
        return faults

    def _time(self, event: TransferEvent) -> int:
        if "IMP" in event.flags:
            return event.timestamp
        place = next(place for place, one in enumerate(self._batch) if one is event)
        return self._start + place + 1

    @property
    def _moment(self) -> datetime:
        """Return the moment of the batch, which is that of its first event."""
        return moment_of(self._start + 1)

    def _expires(self, event: TransferEvent) -> int | None:
        # Sent again it means the same moment, although time has gone on.
        if event.id in self._expiries:
            return self._expiries[event.id]
        return self._time(event) + event.timeout * SECOND if event.timeout else None

    def _expiry(self, event: TransferEvent) -> datetime | None:
        expires = self._expires(event)
        return None if expires is None else moment_of(expires)

    def _item(self, event: TransferEvent) -> Item:
        pending = self.events.get(event.pending)
        code = event.code or (pending.code if event.resolves and pending else 0)
        user_data = inherited(event, pending, 0)
        return Item(
            id=UUID(int=event.id), code=str(code or ""), action=_action(event),
            debit=_account(event, event.debit), credit=_account(event, event.credit),
            amount=_amount(event),
            currency=None if event.resolves and not event.ledger
            else self._accounts.currency(event.ledger),
            pending=UUID(int=event.pending) if event.pending else None,
            expires_at=self._expiry(event), linked="LNK" in event.flags,
            ref=UUID(int=user_data) if user_data else None,
            balancing=_side(event, {"BDR": "D", "BCR": "C"}),
            closing=_side(event, {"CDR": "D", "CCR": "C"}),
        )  # fmt: skip


def _action(event: TransferEvent) -> Action:
    if "POS" in event.flags:
        return "post"
    if "VOI" in event.flags:
        return "void"
    return "pending" if "PEN" in event.flags else "transfer"


def _account(event: TransferEvent, account: int) -> UUID | None:
    # A resolution that names none means those of what it resolves.
    return None if event.resolves and not account else UUID(int=account)


def _amount(event: TransferEvent) -> int | None:
    whole = {"POS": LARGEST, "VOI": 0}
    for flag, amount in whole.items():
        if flag in event.flags and event.amount == amount:
            return None
    return event.amount


def _side(event: TransferEvent, flags: dict[str, str]) -> Side | None:
    return SIDES.get(frozenset(side for flag, side in flags.items() if flag in event.flags))


def _ids(events: Iterable[TransferEvent]) -> set[int]:
    return {named for event in events for named in (event.id, event.pending) if named}
