"""Answering those who tap on a red envelope after its last share was committed away."""

from collections.abc import Sequence

from django.db import connection

from commands.arrays import column, columns
from commands.errors import Refusal
from commands.registry import Job
from wallet.envelopes.claiming import Claim, is_hopeless
from wallet.envelopes.errors import EnvelopeEmpty
from wallet.envelopes.memory import is_known_to_be_empty, recall_envelopes

# After the last share most of a rush is still to be answered, so all that could make a difference
# is asked at once, of three apps: is the caller in the room, without a share, and the id unused?
WITHOUT_SHARE = """
    SELECT x.place - 1
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[]) WITH ORDINALITY
         AS x (envelope_id, room_id, person_id, command_id, place)
    JOIN rooms_member AS m USING (room_id, person_id)
    WHERE m.left_seq IS NULL
      AND NOT EXISTS (
        SELECT FROM envelopes_share AS s
        WHERE s.envelope_id = x.envelope_id AND s.person_id = x.person_id)
      AND NOT EXISTS (
        SELECT FROM commands_key AS k
        WHERE k.person_id = x.person_id AND k.command_id = x.command_id)
"""


def refuse_late(jobs: Sequence[Job]) -> dict[int, Refusal]:
    """Refuse, by their places, the claims of envelopes that are known to be empty, in one statement
    and without a lock; all others are left to be looked at.
    """
    # Known before anything is read: whoever had taken the last share, it is seen below.
    late = [place for place, job in enumerate(jobs) if is_known_to_be_empty(job.command.envelope)]
    if not late:
        return {}
    envelopes = recall_envelopes({jobs[place].command.envelope for place in late})
    claims = {
        place: Claim(envelopes[job.command.envelope], job.caller.person, job.caller.at)
        for place in late
        if not (job := jobs[place]).command.password
    }
    hopeless = [place for place, claim in claims.items() if is_hopeless(claim)]
    if not hopeless:
        return {}
    envelopes_of = [claims[place].envelope for place in hopeless]
    with connection.cursor() as cursor:
        cursor.execute(
            WITHOUT_SHARE,
            [
                *columns(envelopes_of, "id", "room_id"),
                column(claims[place].person_id for place in hopeless),
                column(jobs[place].caller.command for place in hopeless),
            ],
        )  # fmt: skip
        return {hopeless[index]: EnvelopeEmpty() for (index,) in cursor.fetchall()}
