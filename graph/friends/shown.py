"""Whether somebody is shown to somebody, by a rule put here by the app that finds people."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

# Raises PersonNotFound unless the first is shown to the second, who asks at that moment.
Rule = Callable[[UUID, UUID, datetime], None]
_rules: list[Rule] = []


def put_rule(rule: Rule) -> None:
    """Have somebody shown only as the rule allows, too."""
    _rules.append(rule)


def require_shown(*, person_id: UUID, reader_id: UUID, at: datetime) -> None:
    """Raise PersonNotFound unless the person is shown to the reader."""
    for rule in _rules:
        rule(person_id, reader_id, at)
