"""Judging past transfers by two versions of the rules, and what would have been different."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from wallet.screening.models import Decision
from wallet.screening.payments import Finding, Outcome, Payment, strictest
from wallet.screening.rules.judge import judge_by
from wallet.screening.rules.registry import get_rule
from wallet.screening.rules.switches import Setting, mark_at, settings_at
from wallet.screening.selectors import find_mark

AT_ONCE = 200
# Ids ascend with time nearly everywhere; the moment is what was asked for.
PAGE = """
    SELECT t.id, t.sender_id, t.receiver_id, t.amount, t.currency, t.at
    FROM transfers_transfer AS t
    WHERE t.at >= %(since)s AND t.at < %(until)s
      AND (t.at, t.id) > (%(at)s::timestamptz, %(id)s::uuid)
    ORDER BY t.at, t.id LIMIT %(most)s
"""
COUNT = "SELECT count(*) FROM transfers_transfer WHERE at >= %s AND at < %s"
Side = Literal["before", "after"]


@dataclass(frozen=True)
class Versions:
    """Two versions of the rules: those that are on in each. Without `before`, what was decided then
    is compared with.
    """

    before: Sequence[Setting] | None
    after: Sequence[Setting]


def versions_of(
    *, rule: str | None, thresholds: Mapping[str, int], against: datetime | None
) -> Versions:
    """Return what is to be compared.

    With a rule and thresholds: the rule as it is set and with these, on both times, beside what
    else is on. With a rule alone: without it and with it. With a moment: all rules as they stood
    then and as they stand now. With nothing: what was decided then, and the rules as they stand.
    Raises RuleNotFound and ThresholdInvalid.
    """
    now = settings_at(find_mark())
    on = now.in_mode("on")
    if rule is None:
        return Versions(settings_at(mark_at(against)).in_mode("on") if against else None, on)
    setting = now.rules[get_rule(rule).name]
    others = [one for one in on if one.rule.name != rule]
    changed = Setting(setting.rule, "on", dict(setting.thresholds) | setting.rule.check(thresholds))
    return Versions([*others, setting] if thresholds else others, [*others, changed])


@dataclass(frozen=True)
class Change:
    """A payment whose outcome differs, and what fired only before or only after."""

    payment: Payment
    before: Outcome
    after: Outcome
    findings: Sequence[Finding]

    def as_json(self) -> dict[str, Any]:
        """Return it for scripts."""
        one = self.payment
        return {
            "payment": str(one.id), "from": str(one.payer_id), "to": str(one.payee_id),
            "amount": one.amount, "currency": one.currency, "at": one.at.isoformat(),
            "before": str(self.before), "after": str(self.after),
            "rules": [finding.as_json() for finding in self.findings],
        }  # fmt: skip


@dataclass
class Difference:
    """What a replay has found so far: how many payments of which amounts had which outcomes, and
    the first of those that changed.
    """

    judged: int = 0
    counts: dict[Side, Counter[str]] = field(
        default_factory=lambda: {"before": Counter(), "after": Counter()}
    )
    # By what it was and what it would be: how many, and their amounts by currency.
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    amounts: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    changes: list[Change] = field(default_factory=list)

    def add(self, change: Change, *, most: int) -> None:
        """Count a payment, and keep it if it changed and there is room."""
        self.judged += 1
        before, after = str(change.before), str(change.after)
        self.counts["before"][before] += 1
        self.counts["after"][after] += 1
        if before == after:
            return
        self.moves[before, after] += 1
        self.amounts[before, after][change.payment.currency] += change.payment.amount
        if len(self.changes) < most:
            self.changes.append(change)

    def as_json(self) -> dict[str, Any]:
        """Return it for scripts."""
        return {
            "judged": self.judged,
            "changed": sum(self.moves.values()),
            "before": dict(self.counts["before"]),
            "after": dict(self.counts["after"]),
            "moves": [
                {"before": before, "after": after, "payments": count,
                 "amounts": dict(self.amounts[before, after])}
                for (before, after), count in sorted(self.moves.items())
            ],
            "changes": [change.as_json() for change in self.changes],
        }  # fmt: skip


def count_past(*, since: datetime, until: datetime) -> int:
    """Return how many transfers a replay of this time judges."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [since, until])
        return int(cursor.fetchone()[0])


def replay(
    versions: Versions, *, since: datetime, until: datetime, most: int
) -> Iterator[Difference]:
    """Judge the transfers of a time by both versions; yield the difference so far, again and again,
    keeping at most so many changes.
    """
    found = Difference()
    yield found
    for payments in _pages(since, until):
        _compare(versions, payments, found, most)
        yield found


def _pages(since: datetime, until: datetime) -> Iterator[list[Payment]]:
    terms: dict[str, Any] = {
        "since": since, "until": until, "at": since, "id": UUID(int=0), "most": AT_ONCE,
    }  # fmt: skip
    while True:
        with connection.cursor() as cursor:
            cursor.execute(PAGE, terms)
            rows = cursor.fetchall()
        if not rows:
            return
        devices = _devices([row[0] for row in rows])
        yield [
            Payment(
                id=one, command="transfer.send", payer_id=payer, payee_id=payee, amount=amount,
                currency=currency, at=at, device_id=devices.get(one),
            )
            for one, payer, payee, amount, currency, at in rows
        ]  # fmt: skip
        terms |= {"at": rows[-1][5], "id": rows[-1][0]}


def _devices(payment_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    rows = Decision.objects.filter(payment_id__in=payment_ids, device_id__isnull=False)
    return {row.payment_id: row.device_id for row in rows if row.device_id is not None}


def _compare(versions: Versions, payments: Sequence[Payment], found: Difference, most: int) -> None:
    after = judge_by(payments, versions.after, are_made=True)
    before = (
        _decided(payments)
        if versions.before is None
        else judge_by(payments, versions.before, are_made=True)
    )
    for payment, was, would in zip(payments, before, after, strict=True):
        findings = [one for one in [*was, *would] if (one in was) != (one in would)]
        change = Change(payment, strictest(was), strictest(would), findings)
        found.add(change, most=most)


def _decided(payments: Sequence[Payment]) -> list[list[Finding]]:
    """Return what was found when the payments were made."""
    rows = Decision.objects.filter(payment_id__in=[one.id for one in payments], shadow=False)
    found = {
        row.payment_id: [
            Finding(one["rule"], one["version"], Outcome(one["outcome"]), one["inputs"])
            for one in row.findings
            # Gates are not asked again: they are no difference between two versions of rules.
            if not one["rule"].startswith("gate.")
        ]
        for row in rows
    }
    return [found.get(one.id, []) for one in payments]
