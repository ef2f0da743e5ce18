"""Answering those who tap on a red envelope after its last share was committed away.

Note [Late claims]
Most of a rush comes after the last share, so as a rule this process tells by itself, when they come
or when it is their turn: who has which share does not change any more, and who is in the room it
has seen within a second of their coming (see chat/rooms/roll.py). What it cannot tell it asks the
database, in one statement for all.

An id that was carried out is answered again, whatever else is true. Only who has a share can have
been answered under theirs, so who has none is refused without a look at the ids, and who has one is
where this process knows the id under which they got it. Whose id was used for some other command is
told so where this process has seen that lately; elsewhere they are refused for the envelope's sake,
which is as true.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import connection

from chat.rooms.roll import roll
from commands.arrays import column, columns
from commands.errors import Refusal
from commands.recent import Recent
from commands.recent_ids import was_used_here
from commands.registry import Caller, Job
from outbox.after_commit import run_after_commit
from wallet.envelopes.claiming import Claim, is_hopeless
from wallet.envelopes.errors import AlreadyClaimed, EnvelopeEmpty
from wallet.envelopes.memory import (
    find_takers,
    find_terms,
    is_known_to_be_empty,
    recall_envelopes,
)
from wallet.envelopes.selectors import Taken

WINS_REMEMBERED = 50_000

# All that could make a difference is asked at once, of three apps: is the caller in the room, with
# which share, and is the id unused?
STANDING = """
    SELECT x.place - 1, s.amount, s.at
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[]) WITH ORDINALITY
         AS x (envelope_id, room_id, person_id, command_id, place)
    JOIN rooms_member AS m USING (room_id, person_id)
    LEFT JOIN envelopes_share AS s
        ON s.envelope_id = x.envelope_id AND s.person_id = x.person_id
    WHERE m.left_seq IS NULL
      AND NOT EXISTS (
        SELECT FROM commands_key AS k
        WHERE k.person_id = x.person_id AND k.command_id = x.command_id)
"""

# By whom of which envelope, under which id; ids as numbers, which compare faster.
_wins: Recent[tuple[int, int], UUID] = Recent(WINS_REMEMBERED)


def remember_win(taken: Taken, caller: Caller) -> None:
    """Remember, once it is committed, under which id somebody got a share."""
    # Not before: after a commit that failed they may get it under another id elsewhere.
    won = (taken.envelope_id.int, taken.person_id.int)
    run_after_commit(partial(_wins.put, won, caller.command))


def foresee_late(job: Job) -> Refusal | None:
    """Refuse the claim of an envelope that is empty, where this process knows that, who has its
    shares and who is in its room; None where it does not, or where there is more to be said.
    """
    # See Note [Late claims].
    caller, envelope_id = job.caller, job.command.envelope
    takers, envelope = find_takers(envelope_id), find_terms(envelope_id)
    if takers is None or envelope is None or was_used_here(caller.person, caller.command):
        return None
    members = roll.find(envelope.room_id, at=caller.at)
    if members is None or caller.person not in members:
        return None
    if (own := takers.get(caller.person)) is None:
        hopeless = is_hopeless(Claim(envelope, caller.person, caller.at))
        return EnvelopeEmpty() if hopeless else None
    won_by = _wins.get((envelope_id.int, caller.person.int))
    if won_by is None or won_by == caller.command:
        return None
    return AlreadyClaimed(amount=own.amount, at=own.at)


def refuse_late(jobs: Sequence[Job]) -> dict[int, Refusal]:
    """Refuse, by their places, the claims of envelopes that are known to be empty, in one statement
    and without a lock, and one more where nobody has looked into the room lately; all others are
    left to be looked at.
    """
    # Known before anything is read: whoever had taken the last share, it is seen below.
    late = [
        place
        for place, job in enumerate(jobs)
        if is_known_to_be_empty(job.command.envelope) and not job.command.password
    ]
    if not late:
        return {}
    envelopes = recall_envelopes({jobs[place].command.envelope for place in late})
    claims = [
        Claim(envelopes[job.command.envelope], job.caller.person, job.caller.at)
        for job in (jobs[place] for place in late)
    ]
    # For those who come after these.
    roll.look({one.envelope.room_id for one in claims}, at=min(one.at for one in claims))
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING,
            [
                *columns([one.envelope for one in claims], "id", "room_id"),
                *columns(claims, "person_id"),
                column(jobs[place].caller.command for place in late),
            ],
        )
        rows = cursor.fetchall()
    refused: dict[int, Refusal] = {}
    for index, amount, at in rows:
        if amount is not None:
            refused[late[index]] = AlreadyClaimed(amount=amount, at=at)
        elif is_hopeless(claims[index]):
            refused[late[index]] = EnvelopeEmpty()
    return refused
