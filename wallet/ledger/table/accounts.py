"""Opening a table's accounts.

Our services open accounts on terms that stand in our own code, so there is no operation that could
refuse any of this: what `create_accounts` answers is decided here, and only the accounts
themselves are ours.
"""

from collections.abc import Sequence
from uuid import UUID

from wallet.ledger.models import Account
from wallet.ledger.table.clock import Clock, chains, time_faults
from wallet.ledger.table.lines import WIDE, AccountEvent

BALANCES = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
USER_DATA = ("user_data_128", "user_data_64", "user_data_32")


class Accounts:
    """The accounts of a table, with the fields that ours do not have."""

    def __init__(self) -> None:
        self.events: dict[int, AccountEvent] = {}
        self.timestamps: dict[int, int] = {}
        self._currencies: dict[int, str] = {}

    def currency(self, ledger: int) -> str:
        """Return the currency that a ledger is mapped to: three characters, the first ledger's
        `001`; ledger 0 is none.
        """
        if not ledger:
            return ""
        return self._currencies.setdefault(ledger, f"{len(self._currencies) + 1:03}")

    def create(
        self, events: Sequence[AccountEvent], clock: Clock, used: frozenset[int]
    ) -> list[str]:
        """Open a batch of accounts and return each one's result; `used` are the timestamps that
        transfers have.
        """
        start = clock.begin()
        batch_time = start + len(events)
        results: list[str] = []
        for chain, is_open in chains(events):
            before = dict(self.events), dict(self.timestamps)
            found: list[str] = []
            for place, event in enumerate(chain):
                if is_open and place == len(chain) - 1:
                    found.append("linked_event_chain_open")
                elif found and found[-1] != "created":
                    found.append("linked_event_failed")
                else:
                    time = start + len(results) + place + 1
                    imported = "IMP" in events[0].flags
                    found.append(self._create_one(event, time, batch_time, used, imported=imported))
            if any(result != "created" for result in found):
                self.events, self.timestamps = before
                found = ["linked_event_failed" if one == "created" else one for one in found]
            results += found
        clock.now = batch_time
        Account.objects.bulk_create(
            [
                self._account(event, clock)
                for event, result in zip(events, results, strict=True)
                if result == "created"
            ]
        )
        return results

    def _create_one(
        self, event: AccountEvent, time: int, batch_time: int, used: frozenset[int], *,
        imported: bool,
    ) -> str:  # fmt: skip
        timing = time_faults(event, batch_is_imported=imported, batch_time=batch_time)
        fault = min(timing) if timing else self._first_fault(event)
        if fault:
            return fault
        if imported:
            time = event.timestamp
            if time <= max(self.timestamps.values(), default=0) or time in used:
                return "imported_event_timestamp_must_not_regress"
        self.events[event.id] = event
        self.timestamps[event.id] = time
        return "created"

    def _first_fault(self, event: AccountEvent) -> str | None:
        """Return what is wrong with an account, the most important thing first."""
        if event.reserved:
            return "reserved_field"
        if event.padding:
            return "reserved_flag"
        if event.id in (0, WIDE):
            return "id_must_not_be_int_max" if event.id else "id_must_not_be_zero"
        if existing := self.events.get(event.id):
            return _compare(existing, event)
        if event.flags >= {"D<C", "C<D"}:
            return "flags_are_mutually_exclusive"
        for name, value in zip(BALANCES, event.balances, strict=True):
            if value:
                return f"{name}_must_be_zero"
        if not event.ledger:
            return "ledger_must_not_be_zero"
        return None if event.code else "code_must_not_be_zero"

    def _account(self, event: AccountEvent, clock: Clock) -> Account:
        return Account(
            id=UUID(int=event.id), kind=f"table.{event.code}", currency=self.currency(event.ledger),
            min_balance=0 if "D<C" in event.flags else None,
            max_balance=0 if "C<D" in event.flags else None,
            closed="CLSD" in event.flags, created_at=clock.moment,
        )  # fmt: skip


def _compare(existing: AccountEvent, event: AccountEvent) -> str:
    if existing.flags != event.flags:
        return "exists_with_different_flags"
    for name, one, other in zip(USER_DATA, existing.user_data, event.user_data, strict=True):
        if one != other:
            return f"exists_with_different_{name}"
    if existing.ledger != event.ledger:
        return "exists_with_different_ledger"
    return "exists" if existing.code == event.code else "exists_with_different_code"
