"""A table's time, nanoseconds that only `tick` and the events themselves move; and its chains."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from wallet.ledger.table.lines import AccountEvent, NotMapped, TransferEvent

# The last moment, in nanoseconds since 1970.
TIME_MAX = 2**63 - 1
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

# Note [Nanoseconds]
# Our books write whole microseconds, and a table may turn on one nanosecond. So each nanosecond is
# written as a microsecond as long as there is room before the year 10000: for some three years from
# the beginning and before the end of time, where tables play. What lies between is squeezed. The
# order of moments, which is all that the ledger looks at, stays.
EXACT = 10**17
SQUEEZED = 200
AFTER = EXACT + (TIME_MAX - 2 * EXACT) // SQUEEZED + 1

Event = TypeVar("Event", AccountEvent, TransferEvent)


def moment_of(nanosecond: int) -> datetime:
    """Return a moment of a table as our books write it; what is past the end of time is its end."""
    # See Note [Nanoseconds].
    before_end = max(0, TIME_MAX - nanosecond)
    if nanosecond <= EXACT:
        written = nanosecond
    elif before_end <= EXACT:
        written = AFTER + EXACT - before_end
    else:
        written = EXACT + (nanosecond - EXACT) // SQUEEZED
    return BEGINNING + timedelta(microseconds=written)


class Clock:
    """Counts nanoseconds: every operation takes one, and every event of its batch."""

    def __init__(self) -> None:
        self.now = 0

    def begin(self) -> int:
        """Begin an operation and return the nanosecond after which its events come."""
        self.now += 1
        return self.now

    def tick(self, nanoseconds: int, *, from_the_end: bool) -> None:
        """Go on, or go to that long before the end of time. Raises NotMapped past either end."""
        goal = TIME_MAX - nanoseconds if from_the_end else self.now + nanoseconds
        if not self.now <= goal <= TIME_MAX:
            raise NotMapped("it leads back, or past the end of time")
        self.now = goal

    @property
    def moment(self) -> datetime:
        """Return the time as our books write it."""
        return moment_of(self.now)


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
