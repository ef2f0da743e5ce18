"""Trust lines as the graph sees them."""

from collections.abc import Iterable, Iterator

from graph.projection.queries import APPLY_LINES, DUMP_LINES
from graph.projection.registry import Kind, Row, register_kind
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


def _read_all() -> Iterator[Row]:
    for line in Line.objects.order_by("id").iterator(chunk_size=5_000):
        yield project_line(line)


LINE = register_kind(
    Kind(
        name="line", order=3, apply=APPLY_LINES, dump=DUMP_LINES, ends=("giver", "receiver"),
        read_all=_read_all,
    )
)  # fmt: skip


def record_lines(lines: Iterable[Line]) -> None:
    """Send the lines' edges on their way to the graph, with this transaction."""
    record_all(
        LINE.event(project_line(line), subjects=(line.giver_id, line.receiver_id)) for line in lines
    )
