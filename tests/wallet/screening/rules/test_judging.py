"""Rules in front of payments: on they decide, in shadow they only write, off they cost nothing."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from commands.errors import Forbidden
from commands.execute import Answer
from graph.risk.models import Look
from outbox.delivery import deliver_due
from outbox.models import Event
from tests.calls import call
from tests.people import make_people
from tests.together import count_statements, make_job, together
from tests.wallet.cases.test_cases import make_officers
from tests.wallet.screening.rules.switching import rules
from tests.wallet.transfers.offers import FUNDS, Two
from wallet.screening.errors import RuleNotFound, ThresholdInvalid
from wallet.screening.models import Decision
from wallet.screening.rules.registry import list_rules
from wallet.screening.selectors import list_decisions

SOON = timedelta(seconds=2)


def deliver(now: datetime) -> None:
    """Have the worker judge what waits."""
    deliver_due("screening", clock=lambda: datetime.now(now.tzinfo) + SOON)


def jobs(count: int, *, at: datetime) -> list[Any]:
    people = make_people(count + 1, at=at, funds=FUNDS)
    return [
        make_job(payer, "transfer.send", at=at, to=people[-1], amount=100) for payer in people[:-1]
    ]


def test_a_rule_that_is_on_decides_and_keeps_what_it_judged_by(now: datetime) -> None:
    two = Two(at=now)

    with rules(now, habit__many_in_window={"payments": 3, "minutes": 5}):
        first, second, third = (two.send(100) for _ in range(3))

    shown = [two.act(two.sender, "get", one).get("under_review") for one in (first, second, third)]
    assert shown == [None, None, True]
    (kept,) = list_decisions(payment_id=third)
    assert (kept.outcome, kept.became, kept.findings) == (
        "hold", "held",
        [{
            "rule": "habit.many_in_window", "version": 2, "outcome": "hold",
            "inputs": {"payments": 3, "thresholds": {"payments": 3, "minutes": 5}},
        }],
    )  # fmt: skip
    assert [one.outcome for one in list_decisions(payment_id=first)] == ["allow"]


def test_a_batch_is_judged_together(now: datetime) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    batch = [make_job(payer, "transfer.send", at=now, to=payee, amount=100) for _ in range(4)]

    with rules(now, habit__many_in_window={"payments": 3}):
        together("transfer.send", batch)

    kept = Decision.objects.filter(payer_id=payer).order_by("id")
    assert sorted(one.became for one in kept) == ["held", "held", "went", "went"]


@pytest.mark.parametrize("count", [1, 64])
def test_rules_that_are_on_add_a_fixed_number_of_statements(now: datetime, count: int) -> None:
    waiting = jobs(count, at=now)

    with rules(now, habit__many_in_window={}, relations__payee_in_case={}):
        together("transfer.send", jobs(1, at=now))
        statements, decided = count_statements("transfer.send", waiting)

    assert all(isinstance(one, Answer) for one in decided)
    # The six of a batch, the facts of two needs, and the decisions.
    assert statements == 6 + 3


@pytest.mark.parametrize("mode", ["shadow", "off"])
def test_rules_that_are_not_on_add_no_statement(now: datetime, mode: Any) -> None:
    waiting = jobs(8, at=now)

    with rules(now, mode=mode, habit__many_in_window={}):
        together("transfer.send", jobs(1, at=now))
        statements, decided = count_statements("transfer.send", waiting)

    assert all(isinstance(one, Answer) for one in decided)
    assert statements == 6


def test_a_rule_in_shadow_only_writes_what_it_would_have_done(now: datetime) -> None:
    two = Two(at=now)

    with rules(now, mode="shadow", habit__new_payee={"amount": 50}):
        transfer = two.send(100)
        assert list_decisions(payment_id=transfer) == []
        deliver(now)

    (kept,) = list_decisions(payment_id=transfer)
    assert (kept.shadow, kept.outcome, kept.became) == (True, "challenge", "")
    assert [one["rule"] for one in kept.findings] == ["habit.new_payee"]
    assert two.accept(transfer)["status"] == "accepted"


def test_an_event_that_comes_twice_leaves_one_decision(now: datetime) -> None:
    from outbox.registry import Recorded
    from wallet.screening.rules.shadow import judge_made

    two = Two(at=now)

    with rules(now, mode="shadow", habit__new_payee={"amount": 50}):
        transfer = two.send(100)
        row = Event.objects.get(topic="screening.made", key=transfer)
        event = Recorded(row.id, row.topic, row.key, row.version, row.payload)
        for _ in range(2):
            judge_made([event], now)
        deliver(now)

    assert Decision.objects.filter(payment_id=transfer).count() == 1


def test_nothing_is_told_where_no_rule_is_in_shadow(now: datetime) -> None:
    two = Two(at=now)

    with rules(now):
        transfer = two.send(100)

    assert not Event.objects.filter(topic="screening.made", key=transfer).exists()


def test_a_risk_officer_switches_rules_and_the_history_stays(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)

    with rules(now):
        changed = call(
            officer, "rules.set", at=now, rule="habit.new_payee", mode="on",
            thresholds={"amount": 77}, reason="too much fraud",
        )["rule"]  # fmt: skip
        listed = call(officer, "rules.list", at=now)["rules"]
        held = two.act(two.sender, "get", two.send(77)).get("under_review")
        call(officer, "rules.set", at=now, rule="habit.new_payee", mode="shadow", reason="enough")
        shown = call(officer, "rules.get", at=now, rule="habit.new_payee")["rule"]
        call(
            officer, "rules.set", at=now, rule="habit.new_payee", reason="as it was",
            thresholds={"amount": 200_000},
        )  # fmt: skip

    assert held is True
    assert (changed["mode"], changed["default_mode"], changed["outcome"]) == (
        "on", "shadow", "challenge",
    )  # fmt: skip
    assert changed["thresholds"] == [
        {"name": "amount", "value": 77, "default": 200_000, "least": 1, "most": 10**12}
    ]
    assert [one["name"] for one in listed] == [rule.name for rule in list_rules()]
    newest, older = shown["history"][:2]
    assert (newest["mode"], newest["reason"], newest["thresholds"]) == (
        "shadow", "enough", {"amount": 77},
    )  # fmt: skip
    assert (older["by"], older["mode"], older["version"]) == (str(officer), "on", 2)


def test_what_makes_no_sense_is_not_set(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (stranger,) = make_people(1, at=now)

    def put(person: UUID, rule: str, **fields: Any) -> None:
        call(person, "rules.set", at=now, rule=rule, reason="why", **fields)

    with pytest.raises(RuleNotFound) as unknown:
        put(officer, "habit.no_such", mode="on")
    with pytest.raises(ThresholdInvalid) as wrong:
        put(officer, "habit.new_payee", thresholds={"hours": 3})
    with pytest.raises(ThresholdInvalid) as low:
        put(officer, "habit.new_payee", thresholds={"amount": 0})

    assert unknown.value.code == "rules.not_found"
    assert wrong.value.code == "rules.threshold_invalid"
    assert low.value.detail["reason"] == f"amount must be from 1 to {10**12}."
    for refused in (
        lambda: put(stranger, "habit.new_payee", mode="off"),
        lambda: call(stranger, "rules.list", at=now),
        lambda: call(stranger, "rules.get", at=now, rule="habit.new_payee"),
        lambda: call(stranger, "payment.decisions", at=now, payment=stranger),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_the_risk_team_sees_what_was_decided_about_a_payment(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)
    with rules(now, habit__many_in_window={}):
        transfer = two.send(100)

    (shown,) = call(officer, "payment.decisions", at=now, payment=transfer)["decisions"]

    assert (shown["outcome"], shown["became"], shown["shadow"], shown["rules"]) == (
        "allow", "went", False, [],
    )  # fmt: skip
    look = Look.objects.get(person_id=officer)
    assert (look.question, look.parameters) == (
        "payment.decisions",
        {"payment": str(transfer), "people": sorted(map(str, (two.sender, two.receiver)))},
    )  # fmt: skip


def test_rules_are_switched_at_the_command_line(now: datetime) -> None:
    out = StringIO()

    with rules(now):
        call_command(
            "rules", "habit.new_payee", "--mode", "on", "--set", "amount=5", "--reason", "try",
            stdout=out,
        )  # fmt: skip
        call_command("rules", stdout=out)
        with pytest.raises(CommandError):
            call_command("rules", "habit.new_payee", "--set", "amount=x", stdout=out)
        call_command(
            "rules", "habit.new_payee", "--mode", "shadow", "--set", "amount=200000", stdout=out
        )

    assert "habit.new_payee is on, amount=5." in out.getvalue()
    assert "habit.new_payee is shadow, amount=200000." in out.getvalue()
    assert out.getvalue().count("\n") > len(list_rules())
