"""How rules are switched: read once for each change, whatever the number of payments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from wallet.screening.locks import lock_switches
from wallet.screening.models import Switch
from wallet.screening.rules.registry import Mode, Rule, get_rule, list_rules
from wallet.screening.selectors import find_mark


@dataclass(frozen=True)
class Setting:
    """A rule as it is switched: its thresholds are those that were set and its own for the rest."""

    rule: Rule
    mode: Mode
    thresholds: Mapping[str, int]


@dataclass(frozen=True)
class Settings:
    """All rules as they are switched as of a change, see selectors.find_mark."""

    mark: int
    rules: Mapping[str, Setting]

    def in_mode(self, mode: Mode) -> list[Setting]:
        """Return the rules that are switched so."""
        return [one for one in self.rules.values() if one.mode == mode]


# A number names one state for ever, since switches are only added.
@lru_cache(maxsize=16)
def settings_at(mark: int) -> Settings:
    """Return how all rules were switched as of a change; the same number is read once."""
    rows = Switch.objects.filter(id__lte=mark).order_by("rule", "-id").distinct("rule")
    set_by = {row.rule: row for row in rows} if mark else {}
    rules = {}
    for rule in list_rules():
        row = set_by.get(rule.name)
        kept = row.thresholds if row else {}
        # A threshold that the rule no longer has means nothing any more.
        given = {name: kept[name] for name in rule.defaults.keys() & kept}
        mode: Mode = rule.mode if row is None else row.mode  # type: ignore[assignment]
        rules[rule.name] = Setting(rule, mode, rule.defaults | given)
    return Settings(mark, rules)


def mark_at(at: datetime) -> int:
    """Return the last change of the rules that was made up to a moment."""
    newest = Switch.objects.filter(at__lte=at).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def switch(
    *,
    name: str,
    mode: Mode | None,
    thresholds: Mapping[str, int],
    reason: str,
    person_id: UUID | None,
    at: datetime,
) -> Switch:
    """Switch a rule or set its thresholds; what is not given stays as it is.

    It counts for every payment that begins after the commit, in all processes. Raises RuleNotFound
    and ThresholdInvalid.
    """
    rule = get_rule(name)
    given = rule.check(thresholds)
    with transaction.atomic():
        lock_switches()
        now = settings_at(find_mark()).rules[name]
        return Switch.objects.create(
            rule=name, mode=mode or now.mode, version=rule.version,
            thresholds=dict(now.thresholds) | given, by_id=person_id, reason=reason, at=at,
        )  # fmt: skip


def list_switches(*, name: str) -> list[Switch]:
    """Return what was done to a rule, the newest first."""
    return list(Switch.objects.filter(rule=name).order_by("-id"))
