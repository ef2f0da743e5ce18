"""What of one's payments at banks stands open, and what became of the others."""

from datetime import datetime, timedelta
from typing import Any

from tests.banking import Banks
from tests.calls import call
from tests.people import make_people
from wallet.banks import asking


def test_what_waits_at_a_bank_is_listed_until_it_is_decided(
    banks: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    person, stranger = make_people(2, at=now, funds=1_000)
    fields: dict[str, Any] = {"at": now, "channel": "harbour"}
    first = call(person, "wallet.top_up", amount=100, **fields)["payment"]
    banks.set("harbour", fault="hang", seconds=1, times=1)
    second = call(person, "wallet.withdraw", amount=300, **fields)["payment"]

    def listed(who: Any, **more: Any) -> list[tuple[str, str, str]]:
        page = call(who, "wallet.bank_payments", at=now, **more)
        return [(one["id"], one["direction"], one["status"]) for one in page["payments"]]

    assert listed(person, open=True) == [(second["id"], "out", "unknown")]
    assert listed(person) == [(second["id"], "out", "unknown"), (first["id"], "in", "done")]
    assert listed(person, before=second["id"]) == [(first["id"], "in", "done")]
    assert call(person, "wallet.bank_payments", at=now, limit=1)["more"] is True
    assert listed(stranger) == []

    assert asking.ask_again(clock=lambda: now + timedelta(minutes=8)) == 1
    assert listed(person, open=True) == []
