"""The payment PIN: when it is asked for, and what wrong ones lead to."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.errors import IdReused, Malformed
from graph.people.errors import WrongCredentials
from graph.people.models import Tier
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import make_people
from tests.threads import at_once
from tests.wallet.limits.purses import PASSWORD, PIN, Pair, traces
from tests.wallet.limits.test_limits import DAY, NOON
from wallet.ledger.errors import InsufficientFunds, LimitExceeded
from wallet.limits.errors import PinLocked, PinRequired, PinWeak, PinWrong
from wallet.limits.models import Pin

WRONG = "905173"
HOURS = timedelta(hours=3)


def refuses(pair: Pair, kind: type[Exception], yuan: float, **fields: Any) -> Any:
    """Have a transfer refused, change nothing of the payer's money, and return the detail."""
    before = traces(pair.payer)
    with pytest.raises(kind) as refusal:
        pair.send(yuan, **fields)
    assert refusal.value.status == 403
    assert traces(pair.payer) == before
    return refusal.value.detail


def tries(pair: Pair) -> int:
    return Pin.objects.get(person_id=pair.payer).tries


def told(pair: Pair) -> list[str]:
    rows = Notice.objects.filter(owner_id=pair.payer).order_by("id")
    return [row.kind for row in rows if row.kind.startswith("pin.")]


@pytest.fixture
def pair() -> Pair:
    pair = Pair(at=NOON)
    pair.set_pin()
    return pair


# --- Setting it ----------------------------------------------------------------------------------


def test_a_pin_is_set_with_the_password_and_kept_as_a_hash() -> None:
    pair = Pair(at=NOON)

    shown = pair.set_pin()

    assert shown == {
        "is_set": True, "above_payment": 20_000, "above_day": 100_000, "locked_until": None,
    }  # fmt: skip
    assert call(pair.payer, "wallet.get", at=NOON)["pin"] == shown
    hashed = Pin.objects.get(person_id=pair.payer).hashed
    assert hashed.startswith("pin_pbkdf2_sha256$10000$")
    assert PIN not in hashed
    assert told(pair) == ["pin.changed"]


def test_a_pin_needs_the_right_password(pair: Pair) -> None:
    kept = Pin.objects.get(person_id=pair.payer)

    with pytest.raises(WrongCredentials):
        call(pair.payer, "wallet.set_pin", at=NOON, pin="730164", password="no")

    assert Pin.objects.get(person_id=pair.payer).hashed == kept.hashed
    assert told(pair) == ["pin.changed"]


@pytest.mark.parametrize(
    "pin", ["111111", "000000", "123456", "654321", "890123", "123123", "112233", "520131"]
)
def test_a_pin_that_others_would_try_first_is_refused(pin: str) -> None:
    pair = Pair(at=NOON)

    with pytest.raises(PinWeak) as refusal:
        pair.set_pin(pin)

    assert (refusal.value.code, refusal.value.status) == ("wallet.pin_weak", 400)
    assert not Pin.objects.filter(person_id=pair.payer).exists()


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", "１２３４５６", ""])
def test_a_pin_has_six_digits(pin: str) -> None:
    pair = Pair(at=NOON)

    with pytest.raises(Malformed):
        pair.set_pin(pin)

    assert not Pin.objects.filter(person_id=pair.payer).exists()


# --- When it is asked for ------------------------------------------------------------------------


def test_who_has_set_none_is_asked_for_none() -> None:
    pair = Pair(at=NOON)

    pair.send(1_000)
    pair.send(1_000, pin=WRONG)

    assert pair.used() == (200_000, 200_000)


def test_a_payment_above_200_yuan_needs_it(pair: Pair) -> None:
    pair.send(200)

    assert refuses(pair, PinRequired, 200.01) == {}
    with pytest.raises(PinRequired) as refusal:
        pair.send(200.01)
    assert refusal.value.code == "wallet.pin_required"

    pair.send(200.01, pin=PIN)
    assert pair.used() == (40_001, 40_001)


def test_a_day_above_1_000_yuan_needs_it(pair: Pair) -> None:
    for _ in range(5):
        pair.send(200)

    refuses(pair, PinRequired, 0.01)

    pair.send(0.01, pin=PIN)
    refuses(pair, PinRequired, 0.01)
    pair.send(0.01, at=NOON + DAY)


def test_money_to_ones_bank_needs_it_too(pair: Pair) -> None:
    before = traces(pair.payer)

    with pytest.raises(PinRequired):
        call(pair.payer, "wallet.withdraw", at=NOON, amount=20_001, channel="sandbox")
    assert traces(pair.payer) == before
    call(pair.payer, "wallet.withdraw", at=NOON, amount=90_000, channel="sandbox", pin=PIN)

    # It leaves the account, so it counts for the day's PIN, but it is no payment to others.
    refuses(pair, PinRequired, 100.01)
    assert pair.used() == (0, 0)


def test_who_pays_too_much_hears_of_that_and_not_of_the_pin(pair: Pair) -> None:
    assert refuses(pair, LimitExceeded, 1_001)["limit"] == "payment"

    call(pair.payer, "wallet.withdraw", at=NOON, channel="sandbox", pin=PIN, amount=999_990_000)
    refuses(pair, PinRequired, 50)
    with pytest.raises(InsufficientFunds):
        pair.send(500)


def test_of_two_people_only_who_gave_a_pin_has_proved_it(pair: Pair) -> None:
    other = Pair(at=NOON)
    other.set_pin("730164")

    refuses(other, PinWrong, 300, pin=PIN)

    assert (tries(other), tries(pair)) == (1, 0)


# --- Wrong ones ----------------------------------------------------------------------------------


def test_a_wrong_pin_is_counted_although_the_payment_is_refused(pair: Pair) -> None:
    assert refuses(pair, PinWrong, 300, pin=WRONG) == {"tries_left": 4}
    with pytest.raises(PinWrong) as refusal:
        pair.send(1, pin=WRONG)

    assert (refusal.value.code, refusal.value.detail) == ("wallet.pin_wrong", {"tries_left": 3})
    assert tries(pair) == 2
    pair.send(300, pin=PIN)
    assert tries(pair) == 0


def test_five_wrong_ones_lock_it_for_three_hours(pair: Pair) -> None:
    for left in (4, 3, 2, 1, 0):
        assert refuses(pair, PinWrong, 300, pin=WRONG) == {"tries_left": left}

    until = "2026-06-10T07:00:00.000Z"
    assert refuses(pair, PinLocked, 300, pin=PIN) == {"until": until}
    assert refuses(pair, PinLocked, 300) == {"until": until}
    with pytest.raises(PinLocked) as refusal:
        pair.send(300, pin=PIN, at=NOON + HOURS - timedelta(seconds=1))
    assert (refusal.value.code, refusal.value.retry_after_ms) == ("wallet.pin_locked", 1_000)
    assert call(pair.payer, "wallet.get", at=NOON)["pin"]["locked_until"] == until
    assert told(pair) == ["pin.changed", "pin.locked"]
    # What needs no PIN goes on.
    pair.send(200)

    pair.send(300, pin=PIN, at=NOON + HOURS)
    assert tries(pair) == 0


def test_after_a_lock_there_are_five_tries_again(pair: Pair) -> None:
    for _ in range(5):
        refuses(pair, PinWrong, 300, pin=WRONG)

    assert refuses(pair, PinWrong, 300, pin=WRONG, at=NOON + HOURS) == {"tries_left": 4}


def test_a_new_pin_opens_the_lock(pair: Pair) -> None:
    for _ in range(5):
        refuses(pair, PinWrong, 300, pin=WRONG)

    pair.set_pin("730164")

    refuses(pair, PinWrong, 300, pin=PIN)
    pair.send(300, pin="730164")


def test_of_many_wrong_ones_at_once_five_are_looked_at(pair: Pair) -> None:
    before = traces(pair.payer)

    results = at_once([lambda: pair.send(300, pin=WRONG)] * 16)

    assert sorted(one.detail["tries_left"] for one in results if isinstance(one, PinWrong)) == [
        0, 1, 2, 3, 4,
    ]  # fmt: skip
    assert sum(isinstance(one, PinLocked) for one in results) == 11
    assert tries(pair) == 5
    assert traces(pair.payer) == before


def test_a_right_one_among_many_wrong_ones_helps_only_before_the_lock(pair: Pair) -> None:
    refused = at_once([lambda: pair.send(300, pin=WRONG)] * 5)
    assert [type(one) for one in refused] == [PinWrong] * 5

    results = at_once([lambda: pair.send(300, pin=PIN)] * 8)

    assert [type(one) for one in results] == [PinLocked] * 8


def test_right_ones_at_once_all_pass(pair: Pair) -> None:
    results = at_once([lambda: pair.send(100, pin=PIN)] * 8)

    assert all(isinstance(one, UUID) for one in results)
    assert (pair.used(), tries(pair)) == ((80_000, 80_000), 0)


# --- With an id ----------------------------------------------------------------------------------


def test_a_command_that_was_carried_out_is_answered_again_whatever_the_pin(pair: Pair) -> None:
    command_id = uuid4()
    terms = {"to": pair.payee, "amount": 30_000}

    first = send(
        pair.payer, "transfer.send", at=NOON, command_id=command_id, pin=PIN, **terms
    )  # fmt: skip
    for pin in ({"pin": WRONG}, {}):
        again = send(
            pair.payer, "transfer.send", at=NOON, command_id=command_id, **terms, **pin
        )  # fmt: skip
        assert (again.result, again.replayed) == (first.result, True)

    assert (tries(pair), pair.held()) == (0, 30_000)
    with pytest.raises(IdReused):
        send(pair.payer, "transfer.send", at=NOON, command_id=command_id, to=pair.payee, amount=1)


def test_an_id_that_was_asked_for_its_pin_may_be_sent_again_with_it(pair: Pair) -> None:
    command_id = uuid4()
    terms = {"to": pair.payee, "amount": 30_000}
    with pytest.raises(PinRequired):
        send(pair.payer, "transfer.send", at=NOON, command_id=command_id, **terms)

    answer = send(pair.payer, "transfer.send", at=NOON, command_id=command_id, pin=PIN, **terms)

    assert answer.replayed is False
    assert pair.held() == 30_000


def test_a_pin_stands_nowhere_but_in_its_hash(pair: Pair) -> None:
    from commands.models import Key

    pair.send(300, pin=PIN)

    (key,) = Key.objects.filter(person_id=pair.payer, command="transfer.send")
    assert "pin" not in key.terms
    assert PIN not in f"{key.terms}{key.result}"


def test_people_who_cannot_type_a_password_cannot_set_one() -> None:
    (person,) = make_people(1, at=NOON, tier=Tier.VERIFIED)

    with pytest.raises(WrongCredentials):
        call(person, "wallet.set_pin", at=NOON, pin=PIN, password=PASSWORD)

    assert not Pin.objects.filter(person_id=person).exists()
