"""Web processes killed while banks are at work: whatever was sent is paid once, to the fen."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.banking import Banks
from tests.service import Service, Someone, running_web
from tests.web import ask, bearer
from wallet.banks import asking
from wallet.banks.models import Payment
from wallet.banks.services import bank_channels

pytestmark = [pytest.mark.long, pytest.mark.timeout(280)]

FUNDS, TOP_UP, WITHDRAWAL = 1_000, 100, 30
BROKEN = (OSError, http.client.HTTPException)


def send(web: Service, someone: Someone, command: str, fields: dict[str, Any]) -> bool:
    """Send a command and tell whether it was acknowledged."""
    try:
        reply = ask(web, f"/api/{command}", fields, Authorization=bearer(someone.token))
    except BROKEN:
        return False
    return reply.code is None


def test_a_web_process_is_killed_while_banks_are_at_work(
    service: Service, banks: Banks, tmp_path: Path, settings: Any
) -> None:
    people = [service.sign_up(f"P{number}", funds=FUNDS) for number in range(9)]
    commands = [
        (someone, command, {"id": str(uuid4()), "amount": amount, "channel": "auto"})
        for someone in people
        for command, amount in (("wallet.top_up", TOP_UP), ("wallet.withdraw", WITHDRAWAL))
    ]
    for name in bank_channels():
        banks.set(name, latency_ms=150)
    with running_web(tmp_path, KITH_BANKS_URL=settings.BANKS_URL, KITH_RATE_LIMITS="off") as web:
        for moment in (0.05, 0.2, 0.4):
            killing = threading.Timer(moment, web.kill_web)
            killing.start()
            with ThreadPoolExecutor(len(commands)) as pool:
                list(pool.map(lambda one: send(web, *one), commands))
            killing.join()
            web.start_web()
        # What another process has begun is pending for as long as its lease: asked in its place.
        asking.ask_again(clock=lambda: datetime.now(UTC) + timedelta(minutes=5))
        assert all(send(web, *one) for one in commands)
    asking.ask_again(clock=lambda: datetime.now(UTC) + timedelta(minutes=5))

    lines = [line for name in bank_channels() for line in banks.lines(name)]
    numbers = [str(row.id) for row in Payment.objects.filter(person__in=[p.id for p in people])]
    assert sorted(line[0] for line in lines) == sorted(numbers)
    assert len(numbers) == len(commands)
    for someone in people:
        (account,) = service.call("wallet.get", someone.token)["accounts"]
        assert (account["balance"], account["held"]) == (FUNDS + TOP_UP - WITHDRAWAL, 0)
