"""The one list of rules; the judge, the commands, the documents and the tests all read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wallet.screening.errors import RuleNotFound, ThresholdInvalid
from wallet.screening.payments import Outcome
from wallet.screening.rules.facts import Facts

Family = Literal["place", "habit", "relations"]
# Which facts a rule needs; each is brought by one statement, see gathering.py.
Need = Literal["sides", "moves", "flows", "devices", "leaps", "places", "ties", "reports"]
Mode = Literal["off", "shadow", "on"]
Values = Mapping[str, int]
# What it judged by, where it fires; None where it does not.
Test = Callable[[Facts, Values], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Threshold:
    """A whole number that a rule compares with, and what it may be set to."""

    name: str
    default: int
    least: int = 1
    most: int = 10**12


@dataclass(frozen=True)
class Rule:
    """A rule: `test` is a pure function of the facts and the thresholds. `version` grows when what
    it does is changed. `mode` is how it is switched until somebody switches it. One that tells of
    `theft` is asked about repayments too, see judge.py.
    """

    name: str
    version: int
    family: Family
    sentence: Mapping[str, str]
    thresholds: tuple[Threshold, ...]
    needs: frozenset[Need]
    outcome: Outcome
    mode: Mode
    test: Test
    theft: bool = False

    @property
    def defaults(self) -> dict[str, int]:
        """Return the thresholds that it has until somebody sets them."""
        return {one.name: one.default for one in self.thresholds}

    def check(self, given: Mapping[str, int]) -> dict[str, int]:
        """Return the given thresholds, which it has and which may be so. Raises
        ThresholdInvalid.
        """
        known = {one.name: one for one in self.thresholds}
        for name, value in given.items():
            if (one := known.get(name)) is None:
                raise ThresholdInvalid(rule=self.name, reason=f"it has no threshold {name!r}.")
            if not one.least <= value <= one.most:
                raise ThresholdInvalid(
                    rule=self.name, reason=f"{name} must be from {one.least} to {one.most}."
                )
        return dict(given)


_rules: dict[str, Rule] = {}


def rule(
    name: str,
    *thresholds: Threshold,
    en: str,
    zh: str,
    needs: Sequence[Need],
    outcome: Outcome,
    version: int = 1,
    mode: Mode = "shadow",
    theft: bool = False,
) -> Callable[[Test], Test]:
    """Register the decorated function as the test of a rule; its family stands before the dot."""

    def register(test: Test) -> Test:
        if name in _rules:
            raise ValueError(f"Two rules are called {name}.")
        family: Any = name.partition(".")[0]
        _rules[name] = Rule(
            name=name, version=version, family=family, sentence={"en": en, "zh": zh},
            thresholds=thresholds, needs=frozenset(needs), outcome=outcome, mode=mode, test=test,
            theft=theft,
        )  # fmt: skip
        return test

    return register


def list_rules() -> list[Rule]:
    """Return all rules, by name."""
    return sorted(_rules.values(), key=lambda one: one.name)


def get_rule(name: str) -> Rule:
    """Return the rule. Raises RuleNotFound."""
    if name not in _rules:
        raise RuleNotFound(rule=name[:80])
    return _rules[name]
