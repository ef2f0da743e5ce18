-- Lock the room, take the next numbers of its events, and return what is needed to write them.
--
-- The room's row is locked until the commit, so numbers have no holes and commit in their order.
-- The member is read after the lock: whoever was removed while we waited is refused. No row means:
-- no such room, or not in it. A person of NULL is the service itself.
CREATE OR REPLACE FUNCTION rooms_take_seqs(room uuid, person uuid, events integer)
RETURNS TABLE (last_seq bigint, kind text, role text, joined_seq bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    taken bigint;
    room_kind text;
BEGIN
    UPDATE rooms_room SET last_seq = last_seq + events WHERE id = room
    RETURNING last_seq, rooms_room.kind INTO taken, room_kind;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF person IS NULL THEN
        RETURN QUERY SELECT taken, room_kind, ''::text, 0::bigint;
    ELSE
        RETURN QUERY SELECT taken, room_kind, m.role::text, m.joined_seq FROM rooms_member AS m
            WHERE m.room_id = room AND m.person_id = person AND m.left_seq IS NULL;
    END IF;
END
$$;
