"""A month's round: once each, as of one moment, broken off and gone on with, reproducible."""

from datetime import UTC, date, datetime, timedelta
from threading import Event as Moment
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from graph.database import GraphUnavailable
from graph.people.models import Tier
from graph.projection.services import forget_rebuild, note_rebuild
from outbox.models import Event
from tests.calls import call
from tests.graph.away import neo4j_away
from tests.people import befriend, level_graph, make_people, trust
from tests.threads import Rival
from tests.wallet.lending.loans import Pair
from tests.wallet.points.members import (
    count_scores,
    make_members,
    parts,
    points,
    score,
    values,
)
from wallet.points import scoring
from wallet.points.formula import Facts, History, Money, add_up, make_parts
from wallet.points.models import Membership, Run, Score
from wallet.points.scoring import MonthNotBegun, end_of, month_of, score_month

DAY = timedelta(days=1)
YUAN = 100


@pytest.fixture
def at() -> datetime:
    """Return noon in Shanghai of the 20th of a month in which no other test scores anybody."""
    return datetime(2022, 1, 20, 4, tzinfo=UTC) + 31 * DAY * next(_places)


_places = iter(range(1_000))


def facts_of(inputs: dict[str, object]) -> Facts:
    """Return the facts from what is kept of them with a score."""
    history, money = dict(inputs["history"]), dict(inputs["money"])  # type: ignore[call-overload]
    history["days_late"] = tuple(history["days_late"])
    money["incomes"], money["cushions"] = tuple(money["incomes"]), tuple(money["cushions"])
    return Facts(**inputs | {"history": History(**history), "money": Money(**money)})  # type: ignore[arg-type]


def test_who_takes_part_gets_one_score_a_month_and_others_get_none(at: datetime) -> None:
    (member,) = make_members(1, at=at, tier=Tier.VERIFIED)
    (other,) = make_people(1, at=at)

    assert points(member, at=at)["status"] == "waiting"
    score(at=at + DAY)
    score(at=at + 2 * DAY)

    shown = points(member, at=at)
    assert (shown["status"], shown["score"], shown["month"]) == ("shown", 420, f"{at:%Y-%m}")
    assert (count_scores(member), count_scores(other)) == (1, 0)
    assert points(other, at=at)["status"] == "out"
    score(at=at + 31 * DAY)
    history = call(member, "points.history", at=at)["scores"]
    assert [one["month"] for one in history] == [f"{at + 31 * DAY:%Y-%m}", f"{at:%Y-%m}"]
    assert [one["score"] for one in history] == [422, 420]


def pay(payer: UUID, payee: UUID, amount: int, *, at: datetime) -> None:
    sent = call(payer, "transfer.send", at=at, to=payee, amount=amount)
    call(payee, "transfer.accept", at=at, transfer=sent["transfer"]["id"])


def test_a_score_is_made_of_the_ledger_identity_and_the_graph(at: datetime) -> None:
    member, other, third = make_people(3, at=at, funds=600 * YUAN)
    call(member, "points.opt_in", at=at)
    befriend([(other, member)], at=at)
    trust(other, member, 100 * YUAN, at=at)
    trust(third, member, 99 * YUAN, at=at)
    pay(other, member, 200 * YUAN, at=at)
    pay(member, other, 120 * YUAN, at=at)
    pay(other, member, 50 * YUAN, at=at + 30 * DAY)
    asked = call(other, "payment_request.create", at=at + 30 * DAY, to=member, amount=5 * YUAN)
    request = asked["payment_request"]["id"]
    call(member, "payment_request.pay", at=at + 30 * DAY, payment_request=request)

    score(at=at + 31 * DAY)

    assert values(member, at=at) == {
        # 600 came from the bank and 80 net from the other one; 45 in the second window.
        "ability.income": 1,
        # Four of the six windows ended before there was any money.
        "ability.cushion": 0,
        "behaviour.active": 2, "behaviour.people": 1, "behaviour.bills": 1,
        "behaviour.reversals": 0, "identity.name": 1, "identity.document": 1, "identity.months": 1,
        "relations.behind": 1, "relations.burned": 0,
    }  # fmt: skip
    kept = Score.objects.get(person_id=member)
    assert kept.inputs["money"]["incomes"] == [45 * YUAN, 680 * YUAN, 0, 0, 0, 0]
    assert kept.inputs["money"]["cushions"] == [725 * YUAN, 680 * YUAN, 0, 0, 0, 0]
    assert parts(member, at=at) == {
        "history": None, "ability": 15, "behaviour": 42, "identity": 72, "relations": 14,
    }  # fmt: skip
    assert kept.score == 350 + 15 + 42 + 72 + 14


def test_money_back_and_forth_is_no_income_and_a_loan_neither(at: datetime) -> None:
    pair = Pair(line=0)
    trust(pair.lender, pair.borrower, 500 * YUAN, at=at)
    pair.lend(500 * YUAN, at=at)
    call(pair.borrower, "points.opt_in", at=at)
    call(pair.borrower, "wallet.top_up", at=at, amount=900 * YUAN, channel="sandbox")
    call(pair.borrower, "wallet.withdraw", at=at, amount=900 * YUAN, channel="sandbox")

    score(at=at + DAY)

    money = Score.objects.get(person_id=pair.borrower).inputs["money"]
    assert (money["incomes"][0], money["cushions"][0], money["payments"]) == (0, 0, 0)


def test_a_score_can_be_made_again_from_what_is_kept_and_from_the_books(at: datetime) -> None:
    member, other = make_people(2, at=at, funds=600 * YUAN)
    call(member, "points.opt_in", at=at)
    trust(other, member, 100 * YUAN, at=at)
    score(at=at + DAY)
    kept = Score.objects.get(person_id=member)
    assert add_up(make_parts(facts_of(kept.inputs))) == kept.score
    # What happens later does not change what was known then.
    call(member, "wallet.withdraw", at=at + 2 * DAY, amount=600 * YUAN, channel="sandbox")
    Score.objects.filter(person_id=member).delete()

    Run.objects.filter(id=kept.run_id).update(finished_at=None)
    score(at=at + 3 * DAY)

    again = Score.objects.get(person_id=member)
    assert (again.as_of, again.inputs, again.parts) == (kept.as_of, kept.inputs, kept.parts)


def test_a_round_that_was_broken_off_goes_on_as_of_the_same_moment(at: datetime) -> None:
    people = sorted(make_members(5, at=at))
    asked = scoring.list_standings

    def fail_at_last(**fields: object) -> object:
        if people[4] in fields["person_ids"]:  # type: ignore[operator]
            raise GraphUnavailable()
        return asked(**fields)  # type: ignore[arg-type]

    with (
        override_settings(POINTS_PEOPLE_AT_ONCE=2),
        patch.object(scoring, "list_standings", fail_at_last),
        pytest.raises(GraphUnavailable),
    ):
        score(at=at + DAY)
    assert [count_scores(one) for one in people] == [1, 1, 1, 1, 0]
    (late,) = make_members(1, at=at + 2 * DAY)

    score(at=at + 3 * DAY)

    rows = Score.objects.filter(person_id__in=[*people, late])
    moments = {row.person_id: row.as_of for row in rows}
    assert moments == dict.fromkeys(people, at + DAY) | {late: at + 3 * DAY}
    assert not Run.objects.filter(month=month_of(at), finished_at=None).exists()


def test_while_neo4j_is_away_nobody_is_scored_and_then_all_are(at: datetime) -> None:
    (member,) = make_members(1, at=at)
    level_graph()
    with neo4j_away(), pytest.raises(GraphUnavailable) as refusal:
        score_month(month=month_of(at), clock=lambda: at + DAY)
    assert refusal.value.code == "graph.unavailable"
    assert count_scores(member) == 0

    score(at=at + 2 * DAY)

    assert Score.objects.get(person_id=member).as_of == at + DAY


def test_a_graph_that_lacks_what_was_changed_before_is_waited_for(at: datetime) -> None:
    member, other = make_people(2, at=at)
    call(member, "points.opt_in", at=at)
    level_graph()
    trust(other, member, 100 * YUAN, at=at)

    with pytest.raises(GraphUnavailable):
        score_month(month=month_of(at), clock=lambda: at + DAY)
    assert count_scores(member) == 0
    level_graph()
    call(other, "trust.set", at=at, person=member, amount=300 * YUAN)
    # What changes after the round began keeps nobody waiting.
    score_month(month=month_of(at), clock=lambda: at + DAY)

    assert values(member, at=at)["relations.behind"] == 1


def test_a_graph_that_is_filled_anew_is_waited_for(at: datetime) -> None:
    people = sorted(make_members(3, at=at))
    asked = scoring.list_standings

    def empty_at_second(**fields: object) -> object:
        if people[2] in fields["person_ids"]:  # type: ignore[operator]
            note_rebuild()
        return asked(**fields)  # type: ignore[arg-type]

    try:
        with (
            override_settings(POINTS_PEOPLE_AT_ONCE=2),
            patch.object(scoring, "list_standings", empty_at_second),
            pytest.raises(GraphUnavailable),
        ):
            score(at=at + DAY)
        assert [count_scores(one) for one in people] == [1, 1, 0]
        with pytest.raises(GraphUnavailable) as refusal:
            score(at=at + DAY)
        assert refusal.value.code == "graph.unavailable"
        assert count_scores(people[2]) == 0
    finally:
        forget_rebuild()

    score(at=at + DAY)

    assert count_scores(people[2]) == 1


def test_a_graph_that_lacks_what_was_loaded_in_bulk_is_waited_for(at: datetime) -> None:
    (member,) = make_members(1, at=at)
    level_graph()
    loaded = Event.objects.create(
        lane="graph", topic="graph.loaded", key=uuid7(), version=1, payload={},
        not_before=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    try:
        with pytest.raises(GraphUnavailable):
            score(at=at + DAY)
        assert count_scores(member) == 0
    finally:
        loaded.delete()

    score(at=at + DAY)

    assert count_scores(member) == 1


def test_a_past_month_is_scored_as_of_its_end_for_who_took_part_then(at: datetime) -> None:
    early, late = make_members(1, at=at) + make_members(1, at=at + 40 * DAY)
    call(early, "wallet.top_up", at=at, amount=7, channel="sandbox")
    call(early, "wallet.top_up", at=at + 40 * DAY, amount=9, channel="sandbox")
    level_graph()

    score_month(month=month_of(at), clock=lambda: at + 50 * DAY)

    kept = Score.objects.get(person_id=early)
    assert (kept.as_of, kept.inputs["money"]["entries"]) == (end_of(month_of(at)), 1)
    assert count_scores(late) == 0


def test_months_begin_and_end_where_the_service_is() -> None:
    assert month_of(datetime(2026, 12, 31, 16, tzinfo=UTC)) == date(2027, 1, 1)
    assert end_of(date(2026, 12, 1)) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_a_month_that_has_not_begun_is_not_scored(at: datetime) -> None:
    with pytest.raises(MonthNotBegun):
        score_month(month=month_of(at + 31 * DAY), clock=lambda: at)


def count_statements(at: datetime) -> int:
    level_graph()
    with CaptureQueriesContext(connection) as asked:
        score_month(month=month_of(at), clock=lambda: at)
    return len(asked)


def make_many(count: int, *, at: datetime) -> list[UUID]:
    people = make_people(count, at=at)
    Membership.objects.bulk_create(
        Membership(id=uuid7(), person_id=person, words=1, since=at) for person in people
    )
    return people


def test_two_thousand_people_take_no_more_statements_than_twenty(at: datetime) -> None:
    with override_settings(POINTS_PEOPLE_AT_ONCE=10_000):
        few_people = make_many(20, at=at)
        few = count_statements(at + DAY)
        people = make_many(2_000, at=at + 31 * DAY)
        many = count_statements(at + 31 * DAY)

    assert many == few
    assert Score.objects.filter(person_id__in=people).count() == 2_000
    # So many would be scored in each month of the tests that come after.
    gone = Membership.objects.filter(person_id__in=[*few_people, *people])
    assert gone.update(until=at + 32 * DAY) == 2_020


def test_who_opts_out_during_a_round_keeps_no_score(at: datetime) -> None:
    stays, goes = make_members(2, at=at)
    asked = scoring.list_facts

    def opt_out_meanwhile(**fields: object) -> object:
        with Rival() as rival:
            rival.do(lambda: call(goes, "points.opt_out", at=at))
        return asked(**fields)  # type: ignore[arg-type]

    with patch.object(scoring, "list_facts", opt_out_meanwhile):
        score(at=at + DAY)

    assert (count_scores(stays), count_scores(goes)) == (1, 0)


def test_opting_out_waits_for_a_round_that_writes_and_deletes_what_it_wrote(at: datetime) -> None:
    (member,) = make_members(1, at=at)
    take, is_held, goes_on = scoring.hold_members, Moment(), Moment()

    def hold(**fields: object) -> object:
        members = take(**fields)  # type: ignore[arg-type]
        is_held.set()
        goes_on.wait(20)
        return members

    with Rival() as round_, Rival() as leaver, patch.object(scoring, "hold_members", hold):
        scored = round_.start(lambda: score(at=at + DAY))
        assert is_held.wait(20)
        gone = leaver.start(lambda: call(member, "points.opt_out", at=at))
        leaver.wait_until_blocked()
        goes_on.set()
        assert scored.result(20) >= 1
        gone.result(20)

    assert count_scores(member) == 0
    assert points(member, at=at)["status"] == "out"


def test_a_score_is_never_changed(at: datetime) -> None:
    (member,) = make_members(1, at=at)
    score(at=at + DAY)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Score.objects.filter(person_id=member).update(score=900)

    assert points(member, at=at)["score"] == 350
