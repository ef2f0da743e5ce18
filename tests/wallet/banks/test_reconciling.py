"""The banks' statements beside the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from uuid_utils.compat import uuid7

from tests.banking import Banks
from tests.calls import call
from tests.people import make_people
from wallet.accounts.services import account_of
from wallet.banks import asking, health, services, tasks
from wallet.banks.reconciling import Difference, reconcile
from wallet.banks.services import MINT
from wallet.days import day_of
from wallet.ledger.services import Item, post, system_account


@pytest.fixture
def bank(tmp_path: Path, settings: Any) -> Iterator[Banks]:
    """Yield a bank of one channel that the ledger has never heard of: other tests leave theirs."""
    running = Banks(tmp_path / "banks", channels=f"bank-{uuid7().hex[-12:]}")
    running.start()
    settings.BANKS_URL = f"sandbox://127.0.0.1:{running.port}"
    settings.BANK_CHANNELS = ["sandbox", running.channels]
    health.channel_of.cache_clear()
    try:
        yield running
    finally:
        running.kill()


def pay(bank: Banks, at: datetime, *amounts: int) -> list[str]:
    """Top up each amount and withdraw each negative one, and return the payments' numbers."""
    (person,) = make_people(1, at=at, funds=10_000)
    numbers = []
    for amount in amounts:
        command = "wallet.top_up" if amount > 0 else "wallet.withdraw"
        moved = call(person, command, at=at, amount=abs(amount), channel=bank.channels)
        numbers.append(moved["payment"]["id"])
    return numbers


def run(*arguments: str) -> tuple[int, list[str]]:
    """Return the exit code of the command and what it printed."""
    out = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, [*out.getvalue().splitlines(), str(error)]
    return 0, out.getvalue().splitlines()


def test_what_both_have_agrees(bank: Banks, now: datetime) -> None:
    pay(bank, now, 500, -300, 7)
    today = day_of(now)

    assert run() == (0, [f"{bank.channels} {today}: 3 agree, 0 differ"])
    yesterday = today - timedelta(days=1)
    assert run("--day", str(yesterday)) == (0, [f"{bank.channels} {yesterday}: 0 agree, 0 differ"])


def test_each_line_that_differs_is_shown(bank: Banks, now: datetime) -> None:
    gone, other, _ = pay(bank, now, 500, -300, 7)
    bank.forge(bank.channels, gone, 0)
    bank.forge(bank.channels, other, 301)
    bank.pay(bank.channels, number="zz-1", direction="in", amount=9, currency="CNY")

    code, lines = run("--channel", bank.channels)

    assert code == 1
    assert lines == [
        f"{bank.channels} {day_of(now)}: 1 agree, 3 differ",
        f"  missing there: {gone} here +500 CNY, there nothing (the payment is done)",
        f"  other amount: {other} here -300 CNY, there -301 CNY (the payment is done)",
        "  missing here: zz-1 here nothing, there +9 CNY",
        "3 lines differ.",
    ]


def test_what_the_ledger_has_without_a_payment_is_missing_there(bank: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)
    mint = system_account(kind=MINT, currency="CNY", at=now)
    own = account_of(person_id=person, currency="CNY", at=now)
    item = Item(
        id=uuid7(), code="bank.top_up", debit=mint, credit=own, amount=5, note=bank.channels
    )
    post(item, at=now)

    compared = reconcile(channel=bank.channels, day=day_of(now))

    assert compared.agreeing == 0
    assert compared.differences == [Difference(str(item.id), "missing there", "+5 CNY", "nothing")]


def test_a_second_posting_for_one_payment_is_another_amount(bank: Banks, now: datetime) -> None:
    (number,) = pay(bank, now, 500)
    (person,) = make_people(1, at=now)
    mint = system_account(kind=MINT, currency="CNY", at=now)
    own = account_of(person_id=person, currency="CNY", at=now)
    post(
        Item(id=uuid7(), code="bank.top_up", debit=mint, credit=own, amount=500,
             note=bank.channels, ref=number),
        at=now,
    )  # fmt: skip

    (difference,) = reconcile(channel=bank.channels, day=day_of(now)).differences

    assert (difference.kind, difference.here, difference.there) == (
        "other amount", "+1000 CNY", "+500 CNY",
    )  # fmt: skip


def test_what_is_under_way_is_missing_here_until_it_is_done(
    bank: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    bank.set(bank.channels, fault="late", seconds=1, times=1)
    (number,) = pay(bank, now, 500)

    _, lines = run()

    assert lines[1] == (
        f"  missing here: {number} here nothing, there +500 CNY (the payment is unknown)"
    )
    asking.ask_again(clock=lambda: now + timedelta(minutes=1))
    assert run() == (0, [f"{bank.channels} {day_of(now)}: 1 agree, 0 differ"])


def test_a_bank_that_shows_no_statement_is_said_to(bank: Banks) -> None:
    bank.kill()

    code, lines = run()

    assert code == 2
    assert lines[0].startswith(f"{bank.channels} shows no statement: ConnectionRefusedError")
    assert run("--channel", "mattress") == (2, ["There is no bank channel mattress."])


def test_the_daily_round_logs_each_line_that_differs(
    bank: Banks, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone, _ = pay(bank, now, 500, 7)
    bank.forge(bank.channels, gone, 0)
    # Yesterday of the day after.
    monkeypatch.setattr(tasks, "day_of", lambda at: day_of(at) + timedelta(days=1))

    assert tasks.reconcile_yesterday() == 1

    assert caplog.messages == [
        f"reconciling {bank.channels} for {day_of(now)}:"
        f" missing there: {gone} here +500 CNY, there nothing (the payment is done)"
    ]
    assert services.bank_channels() == [bank.channels]
