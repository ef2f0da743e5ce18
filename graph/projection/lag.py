"""How far Neo4j is behind PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from graph.projection.models import Rebuild
from graph.projection.registry import list_lanes
from outbox.pausing import is_paused

WAITING = """
    SELECT count(*), min(recorded_at) FROM outbox_event WHERE lane = %s
"""


@dataclass(frozen=True)
class Lag:
    """What of a lane is still on its way, and how old the oldest of it is."""

    lane: str
    waiting: int
    oldest_seconds: float
    paused: bool


def measure_lag(*, at: datetime) -> list[Lag]:
    """Return how far each lane is behind."""
    return [_measure(lane, at) for lane in list_lanes()]


def _measure(lane: str, at: datetime) -> Lag:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [lane])
        waiting, oldest = cursor.fetchone()
    seconds = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    return Lag(lane, waiting, seconds, is_paused(lane))


def is_being_rebuilt() -> bool:
    """Tell whether the graph is incomplete: a rebuild is under way, or died."""
    return Rebuild.objects.exists()
