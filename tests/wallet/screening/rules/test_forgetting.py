"""What rules in shadow would have decided is forgotten after a while; what came of others stays."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from wallet.screening.models import Decision
from wallet.screening.rules import shadow


def decide(at: datetime, *, is_shadow: bool) -> Decision:
    return Decision.objects.create(
        id=uuid7(), payment_id=uuid7(), command="transfer.send", payer_id=uuid7(), amount=1,
        currency="CNY", outcome="hold", shadow=is_shadow, mark=0, took_ms=1.0, at=at,
    )  # fmt: skip


def still_there(*decisions: Decision) -> list[bool]:
    return [Decision.objects.filter(id=one.id).exists() for one in decisions]


def test_only_old_decisions_in_shadow_are_forgotten(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow, "FORGET_AT_ONCE", 2)
    old, edge = now - timedelta(days=181), now - timedelta(days=180)
    shadows = [decide(old, is_shadow=True) for _ in range(3)]
    kept = [decide(edge, is_shadow=True), decide(old, is_shadow=False)]

    assert shadow.forget_old_shadows(at=now) >= 3

    assert still_there(*shadows) == [False, False, False]
    assert still_there(*kept) == [True, True]


def test_a_decision_that_something_came_of_cannot_be_removed(now: datetime) -> None:
    kept = decide(now, is_shadow=False)

    with (
        pytest.raises(IntegrityError, match="the history of screening stays"),
        transaction.atomic(),
    ):
        Decision.objects.filter(id=kept.id).delete()

    assert still_there(kept) == [True]
