"""Taking projected rows from the outbox."""

from collections.abc import Sequence
from datetime import datetime

from graph.database import GraphUnavailable
from graph.projection.registry import get_kind, list_kinds, list_lanes
from graph.projection.services import apply_rows
from outbox.registry import Recorded, TargetAway, handle_topic, tell_in_turn


def project(events: Sequence[Recorded], at: datetime) -> None:
    """Bring a batch of rows of one kind to the graph. Raises TargetAway while Neo4j is away."""
    kind = get_kind(events[0].topic)
    try:
        apply_rows(kind=kind, rows=[event.payload for event in events])
    except GraphUnavailable as error:
        raise TargetAway(str(error)) from error


def register_handlers() -> None:
    """Have each kind's events delivered to `project`."""
    for kind in list_kinds():
        handle_topic(kind.topic, project)
    # Several would queue up at the same nodes.
    for lane in list_lanes():
        tell_in_turn(lane)
