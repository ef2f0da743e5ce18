"""docs/risk-rules.md says what the registry says."""

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
