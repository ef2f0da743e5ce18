"""Row locks on messages; the room's lock is taken first and is the one that counts."""

from uuid import UUID

from django.db import connection

from chat.messages.errors import MessageNotFound
from chat.messages.models import Message
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.locks import Locked, lock_room

# The busiest statement of all, so it answers everything at once; a block counts between two.
TAKE_SEQ_TO_SPEAK = """
    SELECT taken.*, taken.kind = 'direct' AND EXISTS (
        SELECT FROM rooms_member AS other JOIN friends_block AS block
            ON (block.blocker_id, block.blocked_id) IN
                ((other.person_id, %(author)s), (%(author)s, other.person_id))
        WHERE other.room_id = %(room)s AND other.person_id <> %(author)s
    )
    FROM rooms_take_seqs(%(room)s, %(author)s, 1) AS taken
"""


def lock_room_to_speak(*, room_id: UUID, author_id: UUID) -> Locked:
    """Lock a room and take the number for a message of one of its members.

    Raises RoomNotFound, and RoomForbidden in a direct room where one has blocked the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SEQ_TO_SPEAK, {"room": room_id, "author": author_id})
        row = cursor.fetchone()
    if row is None:
        raise RoomNotFound()
    seq, kind, role, joined_seq, is_blocked = row
    if is_blocked:
        raise RoomForbidden()
    return Locked(room_id, seq, kind, role, joined_seq)


def lock_room_of(*, message_id: UUID, person_id: UUID, events: int = 1) -> tuple[Locked, Message]:
    """Lock the room of a message the person can see, take numbers for its events, and return both.

    Raises MessageNotFound, also for a message from before the person joined, and RoomNotFound.
    """
    room_id = Message.objects.filter(id=message_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise MessageNotFound()
    locked = lock_room(room_id=room_id, person_id=person_id, events=events)
    # Read after the lock, so that an edit that was under way is seen.
    message = Message.objects.get(id=message_id)
    if message.seq < locked.joined_seq:
        raise MessageNotFound()
    return locked, message
