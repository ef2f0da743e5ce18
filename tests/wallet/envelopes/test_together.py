"""Shares of envelopes that many people ask for at the same moment."""

from datetime import datetime
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commands.execute import Answer
from commands.models import Key
from commands.registry import AGAIN, ALONE
from tests.calls import call
from tests.people import make_people
from tests.threads import Rival
from tests.together import count_statements, make_job, results, together
from tests.wallet.envelopes.packets import Packet
from wallet.closing.services import freeze
from wallet.envelopes.locks import lock_free_shares
from wallet.envelopes.models import Share
from wallet.ledger.models import Transfer as Movement


def test_claims_of_the_same_moment_share_what_there_is(now: datetime) -> None:
    packet = Packet(at=now, people=5, count=3)
    packet.set_shares([100, 150, 50])
    outsider = make_people(1, at=now)[0]
    people = [*packet.people[:4], packet.people[0], outsider]

    decided = results(
        together(
            "envelope.claim",
            [make_job(one, "envelope.claim", at=now, envelope=packet.id) for one in people],
        )
    )

    assert [one["share"]["amount"] for one in decided[:3]] == [100, 150, 50]
    # Everybody of one go sees all of it.
    assert {one["envelope"]["status"] for one in decided[:3]} == {"emptied"}
    assert {one["envelope"]["luckiest"] for one in decided[:3]} == {str(packet.people[1])}
    assert decided[3] == "envelope.empty"
    # A second wish of who has one waits for what becomes of the first.
    assert decided[4] is AGAIN
    assert decided[5] == "envelope.not_found"
    assert packet.taken() == dict(zip(packet.people[:3], (100, 150, 50), strict=True))
    assert packet.in_escrow() == 0
    late = results(
        together(
            "envelope.claim",
            [
                make_job(packet.people[0], "envelope.claim", at=now, envelope=packet.id),
                make_job(packet.people[4], "envelope.claim", at=now, envelope=packet.id),
            ],
        )
    )
    assert late == ["envelope.already_claimed", "envelope.empty"]


def test_a_share_that_its_finder_may_not_have_goes_to_the_next(now: datetime) -> None:
    packet = Packet(at=now, people=3, count=1, amount=80)
    frozen, lucky = packet.others
    freeze(person_id=frozen, reason="A test.", at=now)
    jobs = [make_job(one, "envelope.claim", at=now, envelope=packet.id) for one in (frozen, lucky)]

    first = together("envelope.claim", jobs)

    # The second waits for what becomes of the share, which is free again by then.
    assert [getattr(one, "code", one) for one in first] == ["wallet.frozen", AGAIN]
    assert packet.taken() == {}
    (second,) = results(together("envelope.claim", jobs[1:]))
    assert second["share"]["amount"] == 80


def test_a_claim_that_finds_only_shares_being_taken_comes_again(now: datetime) -> None:
    packet = Packet(at=now, people=3, count=1, amount=80)
    job = make_job(packet.others[0], "envelope.claim", at=now, envelope=packet.id)

    with Rival() as rival:
        with transaction.atomic():
            assert len(lock_free_shares(wanted={packet.id: 1})) == 1
            assert rival.do(lambda: together("envelope.claim", [job])) == [AGAIN]
        (answer,) = results(rival.do(lambda: together("envelope.claim", [job])))

    assert answer["share"]["amount"] == 80


def test_an_envelope_with_a_word_is_opened_one_by_one(now: datetime) -> None:
    packet = Packet(at=now, password="open")
    job = make_job(packet.others[0], "envelope.claim", at=now, envelope=packet.id)

    assert together("envelope.claim", [job]) == [ALONE]
    assert packet.taken() == {}


@pytest.mark.parametrize("count", [2, 60])
def test_claims_take_the_same_statements_however_many(now: datetime, count: int) -> None:
    packet = Packet(at=now, people=count + 1, count=count, amount=count)
    jobs = [make_job(one, "envelope.claim", at=now, envelope=packet.id) for one in packet.others]

    statements, decided = count_statements("envelope.claim", jobs)

    assert all(isinstance(one, Answer) for one in decided)
    # Ids, the envelope (once), members, own shares, free shares, one posting with the graph,
    # shares, the card, who has what, ids. The accounts are remembered.
    assert statements == 10
    assert Share.objects.filter(envelope_id=packet.id, person=None).count() == 0
    assert Movement.objects.filter(ref=packet.id, code="envelope.claim").count() == count


def test_what_is_kept_of_a_claim_does_not_grow_with_the_envelope(now: datetime) -> None:
    packet = Packet(at=now, people=61, count=60, amount=60)
    jobs = [make_job(one, "envelope.claim", at=now, envelope=packet.id) for one in packet.others]
    decided = together("envelope.claim", jobs)
    kept = Key.objects.get(person_id=packet.others[-1], command="envelope.claim").result

    again = together("envelope.claim", jobs)

    assert kept is not None
    assert len(kept) < 100
    assert [one.result for one in again] == [one.result for one in decided]
    assert all(one.replayed for one in again)


def test_who_comes_too_late_costs_no_transaction(now: datetime) -> None:
    packet = Packet(at=now, people=6, count=2, amount=2)
    winners, losers = packet.others[:2], packet.others[2:]
    outsider = make_people(1, at=now)[0]
    claim = partial(make_job, command="envelope.claim", at=now, envelope=packet.id)
    together("envelope.claim", [claim(one) for one in packet.others[:3]])

    with CaptureQueriesContext(connection) as asked:
        decided = together("envelope.claim", [claim(one) for one in losers])

    assert results(decided) == ["envelope.empty"] * 3
    # Whether they are refused, and for those who come after them who is in the room.
    assert len(asked) == 2
    both = together("envelope.claim", [claim(outsider), claim(winners[0])])
    assert results(both) == ["envelope.not_found", "envelope.already_claimed"]
    assert both[1].detail["amount"] == 1


def test_who_comes_too_late_under_a_used_id_is_told_what_it_was_used_for(now: datetime) -> None:
    packet = Packet(at=now, people=4, count=2, amount=2)
    winner, other, loser = packet.others
    empty = call(
        packet.sender, "envelope.send", at=now, room=packet.room, amount=5, count=1, kind="equal"
    )["envelope"]
    claim = partial(make_job, command="envelope.claim", at=now)
    used = claim(winner, envelope=packet.id)
    together("envelope.claim", [used])
    for one in (other, loser):
        together("envelope.claim", [claim(one, envelope=empty["id"])])

    decided = together(
        "envelope.claim",
        [
            claim(winner, envelope=empty["id"], command_id=used.caller.command_id),
            claim(winner, envelope=empty["id"]),
            used,
        ],
    )

    assert results(decided[:2]) == ["request.id_reused", "envelope.empty"]
    assert decided[2].replayed
