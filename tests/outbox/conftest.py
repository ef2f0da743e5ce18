"""Lanes of a test's own, so that no worker and no other test touches its events."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from outbox import registry
from outbox.models import Event
from outbox.registry import Handler
from outbox.services import NewEvent, record_all


class Lane:
    """Records events on a lane of its own and keeps what its handlers were told."""

    def __init__(self) -> None:
        self.name = f"t{uuid4().hex[:12]}"
        # A moment at which everything that was recorded by now is due.
        self.at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
        self.told: list[int] = []

    def topic(self, name: str = "thing") -> str:
        return f"{self.name}.{name}"

    def handle(self, handler: Handler, topic: str = "thing") -> None:
        registry.handle_topic(self.topic(topic), handler)

    def listen(self, topic: str = "thing") -> None:
        """Have events only be noted down."""
        self.handle(lambda events, at: self.told.extend(event.version for event in events), topic)

    def record(self, count: int, *, topic: str = "thing", first: int = 0) -> None:
        """Commit events whose versions count up."""
        with transaction.atomic():
            record_all(
                NewEvent(self.topic(topic), uuid4(), first + number, {"number": number})
                for number in range(count)
            )

    def waiting(self) -> dict[int, datetime]:
        """Return what was not delivered, by version, and when it is due."""
        rows = Event.objects.filter(lane=self.name).order_by("id")
        return dict(rows.values_list("version", "not_before"))

    def clock(self, after: timedelta = timedelta()) -> Callable[[], datetime]:
        return lambda: self.at + after


@pytest.fixture
def lane(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lane]:
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    lane = Lane()
    yield lane
    Event.objects.filter(lane=lane.name).delete()
