"""Opting in and out, and what is shown in between."""

from datetime import datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from tests.calls import call
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.points.members import (
    count_scores,
    give_score,
    make_members,
    make_service,
    parts,
    points,
    score,
)
from wallet.points.caps import lower_cap
from wallet.points.models import Ask, Consent, Grant, Membership

DAY = timedelta(days=1)


def test_nobody_takes_part_unasked(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    shown = points(person, at=now)

    assert (shown["status"], shown["score"], shown["since"], shown["parts"]) == (
        "out", None, None, [],
    )  # fmt: skip
    assert (shown["lowest"], shown["highest"]) == (350, 950)
    assert shown["caps"] == [{"below": 400, "percent": 50}, {"below": 500, "percent": 75}]
    assert call(person, "points.history", at=now) == {"scores": []}


def test_opting_in_again_keeps_the_date(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    first = call(person, "points.opt_in", at=now)
    again = call(person, "points.opt_in", at=now + DAY)

    assert (first["status"], first["since"]) == ("waiting", again["since"])
    assert list(Membership.objects.filter(person_id=person).values_list("words", "since")) == [
        (1, now)
    ]


def test_two_devices_that_opt_in_at_once_make_one_membership(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    answers = at_once([lambda: call(person, "points.opt_in", at=now) for _ in range(8)])

    assert [one["status"] for one in answers] == ["waiting"] * 8
    assert Membership.objects.filter(person_id=person).count() == 1


def test_opting_out_deletes_scores_and_takes_back_what_services_may_ask(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    service = make_service(at=now)
    give_score(member, 650, at=now)
    fields = {"gate": "test_drive"}
    call(member, "points.answer_service", at=now, service=service, allow=True, **fields)
    call(service, "points.ask_gate", at=now, person=member, **fields)

    shown = call(member, "points.opt_out", at=now + DAY)

    assert (shown["status"], shown["score"]) == ("out", None)
    assert count_scores(member) == 0
    consent = Consent.objects.get(person_id=member)
    assert (consent.status, consent.answered_at, consent.until) == ("refused", now + DAY, None)
    assert Grant.objects.get(person_id=member).ended_at == now + DAY
    # What was told stays on record, with the score it was decided by.
    assert Ask.objects.get(person_id=member).score == 650
    assert Membership.objects.get(person_id=member).until == now + DAY
    assert call(member, "points.opt_out", at=now + DAY)["status"] == "out"


def test_who_comes_back_is_scored_anew_from_the_same_books(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    score(at=now)
    call(member, "points.opt_out", at=now)

    call(member, "points.opt_in", at=now)
    score(at=now)

    assert points(member, at=now)["score"] == 350
    assert Membership.objects.filter(person_id=member).count() == 2


def test_who_leaves_the_service_is_forgotten_as_if_they_had_opted_out(now: datetime) -> None:
    from wallet.closing.services import leave

    (member,) = make_members(1, at=now)
    score(at=now)

    leave(person_id=member, at=now + DAY)

    assert count_scores(member) == 0
    assert Membership.objects.get(person_id=member).until == now + DAY


def test_parts_are_shown_with_weights_reasons_and_what_would_raise_them(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    score(at=now)

    shown = points(member, at=now)

    assert [(one["part"], one["percent"], one["most"]) for one in shown["parts"]] == [
        ("history", 35, 210), ("ability", 25, 150), ("behaviour", 20, 120), ("identity", 15, 90),
        ("relations", 5, 30),
    ]  # fmt: skip
    assert set(parts(member, at=now).values()) == {None}
    assert shown["raise_by"][0] == {"code": "history.missing", "points": 210}
    assert len(shown["raise_by"]) == 5


def test_reading_a_score_takes_as_many_statements_after_a_year_as_after_a_month(
    now: datetime,
) -> None:
    from django.db import connection

    (member,) = make_members(1, at=now)
    score(at=now)
    counts = []
    for month in (1, 12):
        with CaptureQueriesContext(connection) as asked:
            points(member, at=now)
            call(member, "points.history", at=now)
        counts.append(len(asked))
        for place in range(month):
            score(at=now + 31 * DAY * (place + 1))

    assert counts[0] == counts[1] == 5


# --- Loans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "left"), [(350, 25_000), (399, 25_000), (400, 37_500), (499, 37_500), (500, 50_000),
                         (950, 50_000)],
)  # fmt: skip
def test_a_low_score_lowers_a_cap_and_a_high_one_raises_none(number: int, left: int) -> None:
    assert lower_cap(cap=50_000, score=number) == left


def cap(lender: object, borrower: object, at: datetime) -> int:
    return int(call(borrower, "loan.limit", at=at, lender=lender, borrower=borrower)["cap"])  # type: ignore[arg-type]


def test_a_score_bounds_what_one_may_owe_until_one_opts_out(now: datetime) -> None:
    (lender,) = make_people(1, at=now)
    (member,) = make_members(1, at=now)
    trust(lender, member, 90_000, at=now)
    assert cap(lender, member, now) == 50_000

    score(at=now)
    assert points(member, at=now)["score"] < 400
    assert cap(lender, member, now) == 25_000
    give_score(member, 450, at=now)
    assert cap(lender, member, now) == 37_500
    call(member, "points.opt_out", at=now)
    assert cap(lender, member, now) == 50_000
