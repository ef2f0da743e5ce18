"""Claims that come after the last share: what this process can tell by itself, and what not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pydantic_core
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.cards import late_claims
from chat.doors.batches import carry_out
from chat.rooms.roll import MOMENT
from commands import recent_ids
from commands.execute import Answer
from commands.recent import Recent
from commands.registry import Job, get_registration
from tests.calls import call, send
from tests.people import befriend, make_people
from tests.threads import Rival
from tests.together import make_job, results, together
from tests.wallet.envelopes.packets import Packet
from wallet.envelopes.errors import AlreadyClaimed, EnvelopeEmpty, EnvelopeNotFound
from wallet.envelopes.locks import lock_free_shares
from wallet.envelopes.selectors import Taken


class Rush(Packet):
    """An envelope that is empty, with somebody who came too late to each of the last shares, so
    that this process knows all there is to know.
    """

    def __init__(self, *, at: datetime, **terms: object) -> None:
        super().__init__(at=at, people=5, **({"count": 2, "amount": 2} | terms))
        self.winners, self.loser, self.late = self.others[:2], self.others[2], self.others[3]
        for people in ([*self.winners, self.loser], [self.loser]):
            together("envelope.claim", [self.tap(one) for one in people])

    def tap(self, person: UUID, *, after: timedelta = timedelta(), id_: UUID | None = None) -> Job:
        return make_job(
            person, "envelope.claim", at=self.at + after, command_id=id_, envelope=self.id
        )


def foresee(job: Job) -> str:
    """Return the code of the refusal that needs nothing but memory, "" where there is none."""
    many = get_registration("envelope.claim").many
    assert many is not None
    assert many.foresee is not None
    refusal = many.foresee(job)
    return refusal.code if refusal else ""


def ask(*jobs: Job) -> list[object]:
    return results(together("envelope.claim", jobs))


def test_who_comes_too_late_waits_for_nobody_and_nothing(now: datetime) -> None:
    rush = Rush(at=now)
    door = carry_out(get_registration("envelope.claim"), rush.tap(rush.late))

    with CaptureQueriesContext(connection) as asked, pytest.raises(EnvelopeEmpty):
        # It ends before it waits for anything: a place in line, a thread, the database.
        door.send(None)

    assert len(asked) == 0
    assert rush.taken() == dict.fromkeys(rush.winners, 1)
    assert ask(rush.tap(rush.late)) == ["envelope.empty"]


def test_a_claim_that_is_sent_again_is_answered_again(now: datetime) -> None:
    rush = Rush(at=now)
    id_ = uuid4()

    assert [foresee(rush.tap(rush.late, id_=id_)) for _ in range(2)] == ["envelope.empty"] * 2
    assert ask(rush.tap(rush.late, id_=id_)) == ["envelope.empty"]


def test_who_has_a_share_is_told_so(now: datetime) -> None:
    rush = Rush(at=now)
    job = rush.tap(rush.winners[0])

    assert foresee(job) == "envelope.already_claimed"
    with pytest.raises(AlreadyClaimed) as refused:
        carry_out(get_registration("envelope.claim"), job).send(None)
    (same,) = together("envelope.claim", [job])
    assert isinstance(same, AlreadyClaimed)
    assert refused.value.detail == same.detail
    assert same.detail["amount"] == 1


@pytest.mark.parametrize("way", ["with others", "alone"])
def test_who_won_gets_the_same_answer_under_the_same_id(
    now: datetime, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    packet = Packet(at=now, people=3, count=1, amount=7)
    winner, loser = packet.others
    winning = make_job(winner, "envelope.claim", at=now, envelope=packet.id)
    if way == "with others":
        first = ask(winning)[0]
    else:
        first = pydantic_core.from_json(
            send(
                winner, "envelope.claim", at=now, command_id=winning.caller.command_id,
                envelope=packet.id,
            ).result
        )  # fmt: skip
    for _ in range(2):
        assert ask(make_job(loser, "envelope.claim", at=now, envelope=packet.id)) == [
            "envelope.empty"
        ]

    assert foresee(winning) == ""
    # Also when the id was seen so long ago that it is known from the win alone.
    monkeypatch.setattr(recent_ids, "_seen", Recent(1))
    assert foresee(winning) == ""
    (again,) = together("envelope.claim", [winning])
    assert isinstance(again, Answer)
    assert again.replayed
    assert pydantic_core.from_json(again.result) == first
    other = make_job(winner, "envelope.claim", at=now, envelope=packet.id)
    assert foresee(other) == "envelope.already_claimed"


def test_who_won_elsewhere_is_looked_up(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process knows under which id they won; this one must not guess."""
    rush = Rush(at=now)
    monkeypatch.setattr(late_claims, "_wins", Recent(1))
    job = rush.tap(rush.winners[0])

    assert foresee(job) == ""
    with CaptureQueriesContext(connection) as asked:
        assert ask(job) == ["envelope.already_claimed"]
    assert len(asked) == 1


def test_a_win_that_was_not_committed_is_not_remembered(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rush = Rush(at=now, count=1, amount=5)
    taken = Taken(rush.id, 0, rush.winners[0], 5, now)
    monkeypatch.setattr(late_claims, "_wins", Recent(1))

    with transaction.atomic():
        late_claims.remember_win(taken, rush.tap(rush.winners[0]).caller)
        transaction.set_rollback(True)

    assert foresee(rush.tap(rush.winners[0])) == ""


def test_an_envelope_that_is_not_empty_yet_is_never_foreseen(now: datetime) -> None:
    packet = Packet(at=now, people=4, count=2, amount=2)
    first, _, loser = packet.others
    packet.claim(first)
    job = make_job(loser, "envelope.claim", at=now, envelope=packet.id)

    with Rival() as rival, taking(packet):
        rival.do(lambda: together("envelope.claim", [job]))

    assert foresee(job) == ""
    (answer,) = ask(job)
    assert answer["share"]["amount"] == 1


@contextmanager
def taking(packet: Packet) -> Iterator[None]:
    """Hold the last share, as somebody does who is taking it and fails."""
    with transaction.atomic():
        assert len(lock_free_shares(wanted={packet.id: 1})) == 1
        yield


@pytest.mark.parametrize("way", ["leave", "remove", "dissolve"])
def test_who_is_in_the_room_no_more_learns_nothing(now: datetime, way: str) -> None:
    rush = Rush(at=now)
    assert foresee(rush.tap(rush.late)) == "envelope.empty"

    if way == "leave":
        call(rush.late, "room.leave", at=now, room=rush.room)
    elif way == "remove":
        call(rush.sender, "room.remove", at=now, room=rush.room, person=rush.late)
    else:
        call(rush.sender, "room.dissolve", at=now, room=rush.room)

    assert foresee(rush.tap(rush.late)) == ""
    assert ask(rush.tap(rush.late)) == ["envelope.not_found"]
    # Neither once somebody else has made this process look again.
    ask(rush.tap(rush.loser))
    assert foresee(rush.tap(rush.late)) == ""
    with pytest.raises(EnvelopeNotFound):
        rush.claim(rush.late)


def test_strangers_and_newcomers_are_looked_up(now: datetime) -> None:
    rush = Rush(at=now)
    newcomer, stranger = make_people(2, at=now)
    befriend([(rush.sender, newcomer)], at=now)
    call(rush.sender, "room.invite", at=now, room=rush.room, people=[newcomer])

    assert [foresee(rush.tap(one)) for one in (newcomer, stranger)] == ["", ""]
    both = ask(rush.tap(newcomer), rush.tap(stranger))
    assert both == ["envelope.empty", "envelope.not_found"]
    assert ask(rush.tap(newcomer, after=MOMENT)) == ["envelope.empty"]
    assert foresee(rush.tap(newcomer, after=MOMENT)) == "envelope.empty"
    assert foresee(rush.tap(stranger, after=MOMENT)) == ""


def test_members_are_looked_up_again_after_a_moment(now: datetime) -> None:
    rush = Rush(at=now)

    assert foresee(rush.tap(rush.late, after=MOMENT - timedelta(milliseconds=1))) != ""
    assert foresee(rush.tap(rush.late, after=MOMENT)) == ""
    with CaptureQueriesContext(connection) as asked:
        assert ask(rush.tap(rush.late, after=MOMENT)) == ["envelope.empty"]
    # Who is in the room, and all that is to be known of this claim.
    assert len(asked) == 2
    assert foresee(rush.tap(rush.loser, after=MOMENT)) == "envelope.empty"


def test_an_envelope_for_others_says_only_that(now: datetime) -> None:
    packet = Packet(at=now, people=4, count=1, amount=1)
    only = call(
        packet.sender, "envelope.send", at=now, room=packet.room, amount=1, count=1,
        kind="equal", only=packet.others[:2],
    )["envelope"]["id"]  # fmt: skip
    jobs = [make_job(one, "envelope.claim", at=now, envelope=UUID(only)) for one in packet.others]
    ask(*jobs[:2])
    ask(jobs[1])

    assert foresee(jobs[1]) == "envelope.empty"
    assert foresee(jobs[2]) == ""
    assert ask(jobs[2]) == ["envelope.not_for_you"]


def test_an_id_that_was_used_for_something_else_is_told_so(now: datetime) -> None:
    rush = Rush(at=now)
    id_ = uuid4()
    other = make_job(rush.late, "transfer.send", at=now, command_id=id_, to=rush.sender, amount=5)
    together("transfer.send", [other])

    assert foresee(rush.tap(rush.late, id_=id_)) == ""
    assert ask(rush.tap(rush.late, id_=id_)) == ["request.id_reused"]
    assert foresee(rush.tap(rush.late)) == "envelope.empty"
