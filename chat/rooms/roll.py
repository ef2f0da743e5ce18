"""Who was in a room a moment ago, so that a rush in it does not ask the database at each tap."""

import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from chat.rooms.models import Member
from commands.recent import Recent

MOMENT = timedelta(seconds=1)
# A rush is in few rooms at a time.
REMEMBERED = 200


class _Seen(NamedTuple):
    members: frozenset[UUID]
    at: datetime


class Roll:
    """Remembers for a second who is in a room.

    Who leaves over this process is forgotten before their leaving is answered, and who leaves over
    another one as soon as the bus says so here; the second is for what the bus does not say.
    """

    def __init__(self) -> None:
        self._seen: Recent[UUID, _Seen] = Recent(REMEMBERED)
        self._lock = threading.Lock()
        # What was read before somebody left is not to be remembered after it.
        self._leavings = 0

    def find(self, room_id: UUID, *, at: datetime) -> frozenset[UUID] | None:
        """Return who was in the room within the last second; None where nobody looked."""
        seen = self._seen.get(room_id)
        return seen.members if seen is not None and abs(at - seen.at) < MOMENT else None

    def look(self, room_ids: Collection[UUID], *, at: datetime) -> None:
        """Look who is in the rooms, in one statement for all that nobody looked at within the last
        second, and in none where there are no such rooms.
        """
        unseen = [one for one in room_ids if self.find(one, at=at) is None]
        if not unseen:
            return
        leavings = self._leavings
        members: dict[UUID, set[UUID]] = {room_id: set() for room_id in unseen}
        rows = Member.objects.filter(room_id__in=unseen, left_seq=None)
        for room_id, person_id in rows.values_list("room_id", "person_id"):
            members[room_id].add(person_id)
        with self._lock:
            if leavings != self._leavings:
                return
            for room_id, people in members.items():
                self._seen.put(room_id, _Seen(frozenset(people), at))

    def forget(self, room_id: UUID) -> None:
        """Forget who was in the room, because somebody has left it."""
        with self._lock:
            self._leavings += 1
            self._seen.drop(room_id)


# That of this process.
roll = Roll()
