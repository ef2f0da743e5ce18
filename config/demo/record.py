"""What each client hears of the room, and how long it takes until the last one has heard."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]


def scrub(event: Event) -> Event:
    """Return the event as it stands once its message was taken back."""
    return event | {"message": event["message"] | {"kind": "recalled", "text": ""}}


def is_same(one: Event, other: Event) -> bool:
    """Tell whether two heard the same; whoever hears of a recalled message later hears no text."""
    if one == other:
        return True
    said = one.get("message"), other.get("message")
    if not all(said) or not any(message["kind"] == "recalled" for message in said if message):
        return False
    return scrub(one) == scrub(other)


@dataclass
class Arrival:
    """How many have heard an event, and when the last of them did."""

    heard: int = 0
    last: float = 0.0


@dataclass
class Room:
    """The room as its connected members heard it, from the event after `start` on.

    `events` holds each event as the first member heard it, `records` the numbers that each member
    heard, in the order heard, and `differing` what was not the same for all.
    """

    room_id: str
    start: int
    members: int
    events: dict[int, Event] = field(default_factory=dict)
    records: dict[str, list[int]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    deliveries: int = 0
    _arrivals: dict[int, Arrival] = field(default_factory=dict)
    _sent: dict[int, float] = field(default_factory=dict)
    _outstanding: set[int] = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def listener(self, name: str) -> Callable[[Event], None]:
        """Return what a member's connection tells its events to."""
        record = self.records.setdefault(name, [])

        def hear(event: Event) -> None:
            # Typing, presence and read marks carry no number of their own, and may be lost.
            if event.get("room") != self.room_id or "seq" not in event or event["kind"] == "read":
                return
            seq = event["seq"]
            if seq <= self.start:
                # The owner was there when the others came in.
                return
            record.append(seq)
            self.deliveries += 1
            first = self.events.setdefault(seq, event)
            if first is not event and not is_same(first, event):
                self.differing.append(f"{name} heard event {seq} differently.")
            arrival = self._arrivals.setdefault(seq, Arrival())
            arrival.heard += 1
            arrival.last = time.perf_counter()
            if arrival.heard >= self.members:
                self._outstanding.discard(seq)
                self._moved.set()

        return hear

    def note_sent(self, seq: int, at: float) -> None:
        """Note that the message of this number was sent at that moment (of `perf_counter`)."""
        self._sent[seq] = at
        arrival = self._arrivals.get(seq)
        if arrival is None or arrival.heard < self.members:
            self._outstanding.add(seq)

    async def wait_for_room(self, most: int) -> None:
        """Wait until fewer than that many messages are still on their way to somebody."""
        while len(self._outstanding) >= most:
            self._moved.clear()
            await self._moved.wait()

    def latencies(self) -> list[float]:
        """Return the seconds from sending to the last delivery, of each message all have heard."""
        return sorted(
            self._arrivals[seq].last - sent
            for seq, sent in self._sent.items()
            if seq in self._arrivals and self._arrivals[seq].heard >= self.members
        )

    def newest_heard_by_all(self) -> int:
        """Return the newest number that every member has heard of."""
        return min((record[-1] if record else self.start) for record in self.records.values())

    def shown_cards(self) -> dict[str, Event]:
        """Return each card as it was shown last, by the id of what it shows."""
        cards: dict[str, Event] = {}
        for seq in sorted(self.events):
            event = self.events[seq]
            card = event["card"] if event["kind"] == "card.changed" else None
            if event["kind"] == "message.new":
                card = event["message"]["card"]
            if card is not None:
                cards[card["id"]] = card
        return cards
