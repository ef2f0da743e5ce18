"""Each rule fires by the facts it is made for, and not by nearly the same."""

from dataclasses import replace

import pytest

from tests.wallet.screening.rules.cases import CASES, Case, facts
from wallet.screening.payments import Outcome
from wallet.screening.rules import judge  # noqa: F401 (registers the rules)
from wallet.screening.rules.registry import get_rule, list_rules


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_fires(case: Case) -> None:
    rule = get_rule(case.rule)
    assert rule.test(case.fires, rule.defaults) == case.inputs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_does_not_fire(case: Case) -> None:
    rule = get_rule(case.rule)
    assert rule.test(case.stays, rule.defaults) is None


def test_every_rule_has_a_case() -> None:
    assert sorted({case.rule for case in CASES}) == [rule.name for rule in list_rules()]


def test_no_rule_but_one_about_strangers_fires_by_nothing_known() -> None:
    nothing = facts(500_000)
    fired = [rule.name for rule in list_rules() if rule.test(nothing, rule.defaults) is not None]
    # Nobody was ever paid, and no friend of a friend knows them: that is known.
    assert fired == ["habit.new_payee", "relations.strangers"]
    to_nobody = replace(nothing, payment=replace(nothing.payment, payee_id=None))
    assert [one.name for one in list_rules() if one.test(to_nobody, one.defaults)] == []


def test_what_tells_of_a_stolen_account_is_about_place_and_habit_and_asks_for_the_pin() -> None:
    telling = [rule for rule in list_rules() if rule.theft]
    assert [rule.name for rule in telling if rule.family == "habit"] == [
        "habit.after_silence", "habit.amount_above_usual", "habit.sum_in_window",
        "habit.unusual_hour",
    ]  # fmt: skip
    assert {rule.name for rule in telling if rule.family != "habit"} == {
        rule.name for rule in list_rules() if rule.family == "place"
    }
    assert {rule.outcome for rule in telling} == {Outcome.CHALLENGE}


def test_there_are_twenty_rules_and_more_in_three_families_each_with_words() -> None:
    rules = list_rules()
    assert len(rules) == 30
    assert {rule.family for rule in rules} == {"place", "habit", "relations"}
    for rule in rules:
        assert rule.name.startswith(f"{rule.family}.")
        assert rule.sentence["en"].endswith(".")
        assert rule.sentence["zh"].endswith("。")
        assert all(one.least <= one.default <= one.most for one in rule.thresholds)
    assert [rule.name for rule in rules if rule.mode == "on"] == [
        "place.two_places", "relations.payee_in_case",
    ]  # fmt: skip
