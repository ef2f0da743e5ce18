"""Top-ups and withdrawals at banks that answer, refuse, hang, or are not there."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.errors import Busy, IdReused, Refusal
from tests.banking import Banks
from tests.calls import call, send
from tests.people import account, make_people
from tests.threads import at_once
from wallet.banks import asking
from wallet.banks.errors import BankRefused, ChannelAway, ChannelUnknown, PaymentNotFound
from wallet.banks.models import Payment
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded
from wallet.ledger.models import Account

CHANNELS = ("harbour", "lantern", "cedar")


def move(person: UUID, command: str, amount: int, *, at: datetime, channel: str) -> Any:
    return call(person, f"wallet.{command}", at=at, amount=amount, channel=channel)


def money(person: UUID, *, at: datetime) -> tuple[int, int]:
    """Return what is there and what is held of it."""
    own = account(person, at=at)
    return own.balance, own.held


def codes(person: UUID, *, at: datetime) -> list[tuple[str, int]]:
    """Return the kind and amount of each entry, oldest first."""
    entries = call(person, "wallet.entries", at=at)["entries"]
    return [(entry["kind"], entry["amount"]) for entry in reversed(entries)]


def ask_again(at: datetime) -> int:
    """Be the worker, when all leases and pauses are over."""
    return asking.ask_again(clock=lambda: at + timedelta(minutes=8))


def all_lines(banks: Banks) -> list[tuple[str, str, int, str]]:
    return [line for name in CHANNELS for line in banks.lines(name)]


def state(person: UUID) -> list[tuple[str, str, str]]:
    rows = Payment.objects.filter(person_id=person).order_by("id")
    return [(row.channel, row.status, row.reason) for row in rows]


def test_a_top_up_answers_with_its_entry(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)

    moved = move(person, "top_up", 500, at=now, channel="lantern")

    number = moved["payment"]["id"]
    assert moved["payment"] == {
        "id": number, "direction": "in", "channel": "lantern", "amount": 500, "currency": "CNY",
        "status": "done", "reason": "", "at": moved["payment"]["at"],
    }  # fmt: skip
    entry = moved["entry"]
    assert (entry["amount"], entry["balance"], entry["kind"]) == (500, 500, "bank.top_up")
    assert (entry["with"], entry["note"]) == (None, "lantern")
    assert banks.lines("lantern") == [(number, "in", 500, "CNY")]
    assert money(person, at=now) == (500, 0)


def test_a_withdrawal_is_paid_from_what_is_there(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)

    moved = move(person, "withdraw", 400, at=now, channel="harbour")

    assert (moved["entry"]["amount"], moved["entry"]["balance"]) == (-400, 100)
    assert banks.lines("harbour") == [(moved["payment"]["id"], "out", 400, "CNY")]
    assert money(person, at=now) == (100, 0)


def test_the_sandbox_channel_needs_no_bank(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    moved = move(person, "top_up", 500, at=now, channel="sandbox")

    assert (moved["entry"]["amount"], moved["payment"]) == (500, None)
    assert state(person) == []


def test_what_is_not_there_cannot_be_withdrawn(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)

    with pytest.raises(InsufficientFunds) as refusal:
        move(person, "withdraw", 501, at=now, channel="harbour")

    assert refusal.value.detail == {"available": 500}
    assert all_lines(banks) == []
    assert (money(person, at=now), state(person)) == ((500, 0), [])


def test_no_bank_is_asked_for_what_has_no_room(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)
    Account.objects.filter(owner_id=person).update(max_balance=600)

    with pytest.raises(LimitExceeded) as refusal:
        move(person, "top_up", 101, at=now, channel="harbour")

    assert refusal.value.detail == {"limit": 600}
    assert all_lines(banks) == []
    assert (money(person, at=now), state(person)) == ((500, 0), [])


@pytest.mark.parametrize("command", ["top_up", "withdraw"])
def test_a_frozen_account_asks_no_bank(banks: Banks, now: datetime, command: str) -> None:
    (person,) = make_people(1, at=now, funds=500)
    Account.objects.filter(owner_id=person).update(frozen=True)

    with pytest.raises(Frozen):
        move(person, command, 100, at=now, channel="harbour")

    assert all_lines(banks) == []
    assert money(person, at=now) == (500, 0)


def test_a_channel_that_there_is_not_is_named(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(ChannelUnknown):
        move(person, "top_up", 1, at=now, channel="mattress")

    assert state(person) == []


# --- Faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lose", "twice"])
@pytest.mark.parametrize(("command", "left"), [("top_up", 1_100), ("withdraw", 900)])
def test_an_answer_that_is_lost_or_comes_twice_moves_money_once(
    banks: Banks, now: datetime, fault: str, command: str, left: int
) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault=fault, times=1)

    moved = move(person, command, 100, at=now, channel="harbour")

    assert moved["payment"]["status"] == "done"
    assert moved["entry"]["balance"] == left
    assert len(banks.lines("harbour")) == 1
    assert money(person, at=now) == (left, 0)
    assert len(codes(person, at=now)) == 2


@pytest.mark.parametrize("fault", ["hang", "late"])
@pytest.mark.parametrize(
    ("command", "held", "left"), [("top_up", 0, 1_100), ("withdraw", 100, 900)]
)
def test_what_a_bank_leaves_open_is_pending_until_it_is_asked_again(
    banks: Banks, now: datetime, settings: Any, fault: str, command: str, held: int, left: int
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault=fault, seconds=1, times=1)

    moved = move(person, command, 100, at=now, channel="harbour")

    number = moved["payment"]["id"]
    assert (moved["entry"], moved["payment"]["status"]) == (None, "unknown")
    assert money(person, at=now) == (1_000, held)

    assert ask_again(now) == 1
    assert banks.lines("harbour") == [(number, "in" if left > 1_000 else "out", 100, "CNY")]
    assert money(person, at=now) == (left, 0)
    told = call(person, "wallet.bank_payment", at=now, payment=number)
    assert (told["payment"]["status"], told["entry"]["balance"]) == ("done", left)
    (notice,) = call(person, "notice.list", at=now)["notices"]
    assert (notice["kind"], notice["ref"]) == ("bank.done", number)
    assert ask_again(now) == 0


def test_a_late_refusal_gives_back_what_was_held(
    banks: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault="hang", seconds=1)
    moved = move(person, "withdraw", 100, at=now, channel="harbour")
    assert money(person, at=now) == (1_000, 100)
    banks.set("harbour", fault="refuse")

    assert ask_again(now) == 1

    assert money(person, at=now) == (1_000, 0)
    told = call(person, "wallet.bank_payment", at=now, payment=moved["payment"]["id"])
    assert (told["entry"], told["payment"]["status"]) == (None, "failed")
    assert told["payment"]["reason"] == "refused by the bank"
    (notice,) = call(person, "notice.list", at=now)["notices"]
    assert (notice["kind"], notice["text"]) == ("bank.failed", "refused by the bank")


@pytest.mark.parametrize("command", ["top_up", "withdraw"])
def test_a_bank_that_refuses_moves_nothing_and_the_id_may_be_sent_again(
    banks: Banks, now: datetime, command: str
) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault="refuse", times=1)
    fields: dict[str, Any] = {"amount": 100, "channel": "harbour"}
    number = uuid4()

    with pytest.raises(BankRefused) as refusal:
        send(person, f"wallet.{command}", at=now, command_id=number, **fields)

    assert refusal.value.code == "wallet.bank_refused"
    assert refusal.value.detail == {"channel": "harbour", "reason": "refused by the bank"}
    assert (money(person, at=now), all_lines(banks)) == ((1_000, 0), [])

    answer = send(person, f"wallet.{command}", at=now, command_id=number, **fields)
    assert answer.replayed is False
    assert len(banks.lines("harbour")) == 1


def refused(person: UUID, *, at: datetime, channel: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        move(person, "withdraw", 100, at=at, channel=channel)
    assert money(person, at=at) == (1_000, 0)
    return refusal.value


def test_a_channel_that_is_down_is_said_to_be_away(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault="down")

    refusal = refused(person, at=now, channel="harbour")

    assert isinstance(refusal, ChannelAway)
    assert (refusal.code, refusal.status, refusal.retryable) == ("wallet.channel_away", 503, True)
    assert refusal.retry_after_ms == 2_000
    assert all_lines(banks) == []
    assert state(person) == [("", "failed", "away")]


def test_so_is_every_channel_when_no_bank_can_be_reached(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.kill()

    assert refused(person, at=now, channel="harbour").code == "wallet.channel_away"
    assert refused(person, at=now, channel="auto").code == "wallet.channel_away"


def test_a_channel_with_as_much_as_it_can_take_is_busy(
    banks: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_PATIENCE_SECONDS = 0.2
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", capacity=0)

    refusal = refused(person, at=now, channel="harbour")

    assert isinstance(refusal, Busy)
    assert refusal.retry_after_ms == 1_000
    assert state(person) == [("", "failed", "busy")]


def test_a_busy_channel_takes_the_payment_once_it_can(
    banks: Banks, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = make_people(1, at=now)
    banks.set("harbour", capacity=0)
    monkeypatch.setattr(asking.time, "sleep", lambda _: banks.set("harbour", capacity=1))

    moved = move(person, "top_up", 100, at=now, channel="harbour")

    assert moved["payment"]["status"] == "done"


# --- Choosing a channel ---------------------------------------------------------------------------


def test_auto_takes_the_first_channel_in_health(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)

    moved = move(person, "top_up", 100, at=now, channel="auto")

    assert moved["payment"]["channel"] == "harbour"
    assert [len(banks.lines(name)) for name in CHANNELS] == [1, 0, 0]


def test_auto_falls_back_in_order_under_the_same_number(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)
    banks.set("harbour", fault="down")
    banks.set("lantern", capacity=0)

    moved = move(person, "top_up", 100, at=now, channel="auto")

    assert moved["payment"]["channel"] == "cedar"
    assert all_lines(banks) == [(moved["payment"]["id"], "in", 100, "CNY")]
    assert money(person, at=now) == (100, 0)


def test_what_one_bank_may_have_paid_goes_to_no_other(
    banks: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    (person,) = make_people(1, at=now)
    banks.set("harbour", fault="late", seconds=1)
    moved = move(person, "top_up", 100, at=now, channel="auto")
    assert (moved["payment"]["status"], moved["payment"]["channel"]) == ("unknown", "harbour")
    banks.set("harbour", fault="down")

    assert ask_again(now) == 0
    assert state(person) == [("harbour", "unknown", "")]
    assert (banks.lines("lantern"), banks.lines("cedar")) == ([], [])

    banks.set("harbour", fault="none")
    assert asking.ask_again(clock=lambda: now + timedelta(hours=1)) == 1
    assert all_lines(banks) == [(moved["payment"]["id"], "in", 100, "CNY")]
    assert money(person, at=now) == (100, 0)


def test_a_channel_that_fails_three_times_is_left_alone(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault="down", times=10)

    codes = [refused(person, at=now, channel="harbour").code for _ in range(5)]

    assert codes == ["wallet.channel_away"] * 5
    assert banks.show("harbour")["times"] == 7
    assert call(person, "wallet.channels", at=now)["channels"] == [
        {"channel": "lantern", "is_away": False},
        {"channel": "cedar", "is_away": False},
        {"channel": "harbour", "is_away": True},
    ]
    assert move(person, "top_up", 1, at=now, channel="auto")["payment"]["channel"] == "lantern"


# --- Sending again --------------------------------------------------------------------------------


def test_one_command_that_is_sent_twice_is_one_payment(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)
    fields: dict[str, Any] = {"amount": 70, "channel": "harbour"}
    number = uuid4()

    answers = at_once(
        [lambda: send(person, "wallet.top_up", at=now, command_id=number, **fields)] * 6
    )

    assert {answer.result for answer in answers} == {answers[0].result}
    assert sorted(answer.replayed for answer in answers) == [False, *[True] * 5]
    assert json.loads(answers[0].result)["entry"]["balance"] == 70
    assert len(banks.lines("harbour")) == 1
    assert money(person, at=now) == (70, 0)
    with pytest.raises(IdReused):
        send(person, "wallet.top_up", at=now, command_id=number, **fields | {"amount": 71})
    assert money(person, at=now) == (70, 0)


def test_a_pending_command_sent_again_tells_how_it_ended(
    banks: Banks, now: datetime, settings: Any
) -> None:
    settings.BANK_SECONDS = settings.BANK_PATIENCE_SECONDS = 0.3
    (person,) = make_people(1, at=now)
    banks.set("harbour", fault="hang", times=1, seconds=1)
    fields: dict[str, Any] = {"amount": 70, "channel": "harbour"}
    number = uuid4()
    first = json.loads(send(person, "wallet.top_up", at=now, command_id=number, **fields).result)
    assert first["entry"] is None

    again = send(person, "wallet.top_up", at=now, command_id=number, **fields)

    told = json.loads(again.result)
    assert again.replayed is True
    assert told["payment"]["id"] == first["payment"]["id"]
    assert (told["payment"]["status"], told["entry"]["balance"]) == ("done", 70)
    assert len(banks.lines("harbour")) == 1


def test_many_withdrawals_at_once_never_take_more_than_there_is(
    banks: Banks, now: datetime
) -> None:
    (person,) = make_people(1, at=now, funds=500)

    answers = at_once([lambda: move(person, "withdraw", 100, at=now, channel="auto")] * 12)

    done = [answer for answer in answers if isinstance(answer, dict)]
    assert len(done) == 5
    assert {type(answer) for answer in answers if answer not in done} == {InsufficientFunds}
    assert [line[2] for line in all_lines(banks)] == [100] * 5
    assert money(person, at=now) == (0, 0)


def test_a_payment_is_shown_to_nobody_else(banks: Banks, now: datetime) -> None:
    person, stranger = make_people(2, at=now)
    moved = move(person, "top_up", 100, at=now, channel="harbour")

    with pytest.raises(PaymentNotFound) as refusal:
        call(stranger, "wallet.bank_payment", at=now, payment=moved["payment"]["id"])

    assert refusal.value.code == "wallet.bank_payment_not_found"
