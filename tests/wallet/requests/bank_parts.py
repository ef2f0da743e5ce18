"""Requests that are paid with a bank among the sources, for tests."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.banking import Banks
from tests.calls import call, send
from tests.wallet.requests.asked import Three
from wallet.banks import asking
from wallet.banks.models import Payment


def from_bank(amount: int, channel: str = "harbour") -> dict[str, Any]:
    return {"channel": channel, "amount": amount}


def ask(three: Three, request: UUID, *sources: Any, number: UUID, **fields: Any) -> Any:
    """Send the command under a number of one's own; return its result."""
    answer = send(
        three.payer, "payment_request.pay", at=three.at, command_id=number,
        payment_request=request, sources=list(sources), **fields,
    )  # fmt: skip
    return json.loads(answer.result)


def hurry(settings: Any) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3


def ask_again(at: datetime) -> int:
    """Be the worker, when all leases and pauses are over."""
    return asking.ask_again(clock=lambda: at + timedelta(minutes=8))


def status(three: Three, request: UUID) -> str:
    shown = call(three.asker, "payment_request.get", at=three.at, payment_request=request)
    return str(shown["payment_request"]["status"])


def lines(banks: Banks) -> list[tuple[str, str, int, str]]:
    return [line for name in ("harbour", "lantern", "cedar") for line in banks.lines(name)]


def asked(three: Three) -> int:
    """Return how many payments were opened at banks."""
    return Payment.objects.filter(person_id=three.payer).count()
