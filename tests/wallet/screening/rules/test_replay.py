"""Past transfers judged anew: by what was known then, with two versions, and nothing changes."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from graph.risk.models import Look
from tests.wallet.screening.rules.switching import rules
from tests.wallet.transfers.offers import Two
from wallet.screening.models import Decision

# A time at which no other test plays.
PAST = datetime(2019, 3, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def make_past(minute: int) -> tuple[Two, list[UUID]]:
    """Have three payments made in an hour of the past, an hour for each test."""
    begin = PAST + timedelta(hours=minute)
    two = Two(at=begin)
    made = []
    for number, amount in enumerate((1_000, 2_000, 3_000), start=1):
        two.at = begin + number * MINUTE
        made.append(two.send(amount))
    two.at = begin
    return two, made


def replay(two: Two, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "replay_rules", since=two.at.isoformat(), until=(two.at + 59 * MINUTE).isoformat(),
        json=True, stdout=out, **options,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_two_thresholds_of_a_rule_are_compared(now: datetime) -> None:
    with rules(now):
        two, made = make_past(1)
    with rules(now, mode="shadow", habit__many_in_window={"payments": 3, "minutes": 10}):
        found = replay(two, rule="habit.many_in_window", thresholds=["payments=2"])

    assert (found["judged"], found["changed"]) == (3, 1)
    assert found["before"] == {"allow": 2, "hold": 1}
    assert found["after"] == {"allow": 1, "hold": 2}
    assert found["moves"] == [
        {"before": "allow", "after": "hold", "payments": 1, "amounts": {"CNY": 2_000}}
    ]
    (change,) = found["changes"]
    assert (change["payment"], change["amount"]) == (str(made[1]), 2_000)
    assert change["rules"][0]["inputs"]["payments"] == 2
    assert not Decision.objects.filter(payment_id__in=made).exists()


def test_a_rule_alone_is_compared_with_being_without_it(now: datetime) -> None:
    with rules(now):
        two, made = make_past(3)
        found = replay(two, rule="habit.many_in_window")

    assert (found["judged"], found["changed"]) == (3, 0)
    with rules(now, mode="shadow", habit__many_in_window={"payments": 3, "minutes": 10}):
        found = replay(two, rule="habit.many_in_window")
    assert [one["payment"] for one in found["changes"]] == [str(made[2])]


def test_what_was_decided_is_compared_with_the_rules_of_today(now: datetime) -> None:
    with rules(now, habit__many_in_window={"payments": 3, "minutes": 10}):
        two, made = make_past(5)
    with rules(now):
        found = replay(two)

    assert found["moves"] == [
        {"before": "hold", "after": "allow", "payments": 1, "amounts": {"CNY": 3_000}}
    ]
    assert found["changes"][0]["payment"] == str(made[2])


def test_it_is_said_in_words(now: datetime) -> None:
    out = StringIO()
    with rules(now, mode="shadow", habit__many_in_window={"payments": 3, "minutes": 10}):
        two, made = make_past(7)
        call_command(
            "replay_rules", since=two.at.isoformat(), until=(two.at + 59 * MINUTE).isoformat(),
            rule="habit.many_in_window", stdout=out,
        )  # fmt: skip

    assert "3 payments judged, 1 would change." in out.getvalue()
    assert "allow -> hold: 1 (30.00 CNY)" in out.getvalue()
    assert f"{made[2]} 30.00 CNY allow -> hold by habit.many_in_window" in out.getvalue()


def test_whose_payments_are_shown_stands_in_the_log_of_looks(now: datetime) -> None:
    with rules(now, mode="shadow", habit__many_in_window={"payments": 3, "minutes": 10}):
        two, _ = make_past(9)
        begin = Look.objects.count()
        replay(two, rule="habit.many_in_window", show=0)
        assert Look.objects.count() == begin
        replay(two, rule="habit.many_in_window")

    look = Look.objects.latest("id")
    assert look.person_id is None
    assert look.by.startswith("command line: ")
    assert (look.question, look.parameters["from"]) == ("replay_rules", two.at.isoformat())
    assert look.parameters["people"] == sorted(map(str, (two.sender, two.receiver)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"thresholds": ["amount=5"]}, "--set needs --rule."),
        ({"rule": "habit.no_such"}, "There is no rule"),
        ({"rule": "habit.new_payee", "thresholds": ["amount=0"]}, "must be from"),
        ({"rule": "habit.new_payee", "against": "2019-01-01"}, "goes without --rule"),
        ({"against": "yesterday"}, "Invalid isoformat"),
    ],
)
def test_what_makes_no_sense_is_said(options: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("replay_rules", since="2019-01-01", stdout=StringIO(), **options)
