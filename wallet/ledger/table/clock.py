"""A table's time, nanoseconds that only `tick` and the events themselves move; and its chains."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from wallet.ledger.table.lines import AccountEvent, TransferEvent

# The last moment, in nanoseconds since 1970.
TIME_MAX = 2**63 - 1
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Event = TypeVar("Event", AccountEvent, TransferEvent)


class Clock:
    """Counts nanoseconds; every event of a batch takes one."""

    def __init__(self) -> None:
        self.now = 1

    def tick(self, nanoseconds: int, *, from_the_end: bool) -> None:
        """Go on, or go to that long before the end of time."""
        self.now = TIME_MAX - nanoseconds if from_the_end else self.now + nanoseconds

    @property
    def moment(self) -> datetime:
        """Return the time as our books write it, in whole microseconds."""
        return BEGINNING + timedelta(microseconds=self.now // 1000)


def time_faults(
    event: AccountEvent | TransferEvent, *, batch_is_imported: bool, batch_time: int
) -> set[str]:
    """Return what is wrong with an event's own timestamp and its flag IMP.

    Our books have neither: when something was written is nobody's to say.
    """
    imported = "IMP" in event.flags
    if imported != batch_is_imported:
        return {"imported_event_not_expected" if imported else "imported_event_expected"}
    if not imported:
        return {"timestamp_must_be_zero"} if event.timestamp else set()
    if not 1 <= event.timestamp <= TIME_MAX:
        return {"imported_event_timestamp_out_of_range"}
    if event.timestamp >= batch_time:
        return {"imported_event_timestamp_must_not_advance"}
    return set()


def chains(events: Sequence[Event]) -> Iterator[tuple[list[Event], bool]]:
    """Cut a batch into its chains, most of one event; tell of each whether the batch ends before
    it does.
    """
    chain: list[Event] = []
    for event in events:
        chain.append(event)
        if "LNK" not in event.flags:
            yield chain, False
            chain = []
    if chain:
        yield chain, True
