"""Trust lines as the graph sees them."""

from collections.abc import Iterable

from graph.projection.queries import APPLY_LINES, DUMP_LINES
from graph.projection.registry import Edge, Kind, Row, register_kind
from graph.trust.models import Line
from outbox.services import record_all


def project_line(line: Line) -> Row:
    """Return the line's edge."""
    return {
        "id": str(line.id),
        "version": line.version,
        "giver": str(line.giver_id),
        "receiver": str(line.receiver_id),
        "capacity": line.capacity,
        "reserved": line.reserved,
        "burned": line.burned,
        "free": line.free,
        "lenders": str(line.lenders),
    }


# The same of all lines.
SELECT = """
    SELECT id, version, giver_id AS giver, receiver_id AS receiver, capacity, reserved, burned,
           capacity - reserved AS free, lenders
    FROM trust_line
"""
LINE = register_kind(
    Kind(
        name="line", order=3, select=SELECT, apply=APPLY_LINES, dump=DUMP_LINES,
        locks={"people": ("giver", "receiver")},
        parts=(
            Edge("TRUSTS", start=("Person", "giver"), end=("Person", "receiver"), columns={
                "id": "string", "version": "long", "capacity": "long", "reserved": "long",
                "burned": "long", "free": "long", "lenders": "string",
            }),
        ),
    )
)  # fmt: skip


def record_lines(lines: Iterable[Line]) -> None:
    """Send the lines' edges on their way to the graph, with this transaction."""
    record_all(
        LINE.event(project_line(line), subjects=(line.giver_id, line.receiver_id)) for line in lines
    )
