"""The lock on a room, under which its events get their numbers."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection

from chat.rooms.errors import RoomNotFound
from chat.rooms.models import Member, Role

TAKE_SEQS = "SELECT * FROM rooms_take_seqs(%s, %s, %s)"


@dataclass
class Locked:
    """A room that is locked until the transaction ends, with the numbers that were taken for its
    events.

    `role` and `joined_seq` are those of the person it was locked for, "" and 0 for the service
    itself.
    """

    room_id: UUID
    next_seq: int
    kind: str
    role: str
    joined_seq: int

    def take(self) -> int:
        """Return the next of the taken numbers."""
        seq = self.next_seq
        self.next_seq += 1
        return seq


def lock_room(*, room_id: UUID, person_id: UUID | None, events: int = 1) -> Locked:
    """Lock the room and take numbers for its next events, all of which must then be written.

    Raises RoomNotFound when the person is not in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SEQS, [room_id, person_id, events])
        row = cursor.fetchone()
    if row is None:
        raise RoomNotFound()
    last_seq, kind, role, joined_seq = row
    return Locked(room_id, last_seq - events + 1, kind, role, joined_seq)


def other_owner_exists(*, room_id: UUID, person_id: UUID) -> bool:
    """Tell, under the room's lock, whether somebody else owns the room too."""
    owners = Member.objects.filter(room_id=room_id, role=Role.OWNER, left_seq=None)
    return owners.exclude(person_id=person_id).exists()


def read_sql(name: str) -> str:
    """Return the text of one of this app's SQL files."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
