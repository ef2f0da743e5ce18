"""Row locks on messages; the room's lock is taken first and is the one that counts."""

from uuid import UUID

from chat.messages.errors import MessageNotFound
from chat.messages.models import Message
from chat.rooms.locks import Locked, lock_room


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
