"""What waits in a lane is looked up by the index, also by a plan from when nothing waited."""

from uuid import uuid4

from django.db import connection, transaction

from outbox.models import Event
from outbox.services import NewEvent, record
from tests.outbox.conftest import Lane

WAITING = "SELECT topic, subjects FROM outbox_waiting(%s, %s, %s)"
SCANS = """
    SELECT COALESCE(seq_scan, 0), COALESCE(idx_scan, 0) FROM pg_stat_xact_user_tables
    WHERE relname = 'outbox_event'
"""


def test_it_tells_topics_and_whom_they_concern(lane: Lane) -> None:
    lane.listen()
    lane.listen("other")
    person = uuid4()
    with transaction.atomic():
        record(NewEvent(lane.topic(), uuid4(), 1, subjects=(person,)))
    lane.record(2, topic="other")

    assert list_waiting(lane, lane.topic()) == [(lane.topic(), [person])]
    assert list_waiting(lane, lane.topic("other")) == [(lane.topic("other"), [])] * 2
    assert list_waiting(lane, lane.topic("other"), most=1) == [(lane.topic("other"), [])]


def test_the_table_is_never_read_as_a_whole(lane: Lane) -> None:
    lane.listen()
    with transaction.atomic():
        # As to a plan of a moment in which next to nothing waited, whatever is there.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1000000")
            cursor.execute("DISCARD PLANS")
        whole, by_index = count_scans()
        Event.objects.filter(lane=lane.name).exists()
        assert count_scans() == (whole + 1, by_index)
        list_waiting(lane, lane.topic())
        assert count_scans() == (whole + 1, by_index + 1)
        lane.record(3)
        list_waiting(lane, lane.topic())
        assert count_scans() == (whole + 1, by_index + 2)


def list_waiting(lane: Lane, topic: str, most: int = 9) -> list[tuple[str, list[object]]]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [lane.name, [topic], most])
        return list(cursor.fetchall())


def count_scans() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(SCANS)
        return tuple(cursor.fetchone() or ())
