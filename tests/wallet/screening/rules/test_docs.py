"""docs/risk-rules.md says what the registry says."""

import re
from pathlib import Path

from wallet.screening.rules import judge  # noqa: F401 (registers the rules)
from wallet.screening.rules.registry import list_rules

PAGE = Path(__file__).parents[4] / "docs" / "risk-rules.md"


def test_each_rule_stands_in_the_table_with_its_sentence_and_thresholds() -> None:
    written = PAGE.read_text()
    rules = list_rules()
    assert len(rules) == 30
    for rule in rules:
        set_to = ", ".join(f"`{one.name}` {one.default:,}" for one in rule.thresholds) or "-"
        asks = f"{rule.outcome}{' (on)' if rule.mode == 'on' else ''}"
        assert f"| `{rule.name}` | {rule.sentence['en']} | {set_to} | {asks} |" in written


def test_the_rules_that_repayments_are_asked_about_are_named() -> None:
    (paragraph,) = [one for one in PAGE.read_text().split("\n\n") if "**Repayments**" in one]
    telling = {rule.name for rule in list_rules() if rule.theft and rule.family != "place"}
    assert "all of place" in paragraph
    assert set(re.findall(r"`(habit\.\w+)`", paragraph)) == telling
