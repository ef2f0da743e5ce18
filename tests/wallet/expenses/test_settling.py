"""Settling up: real money, bound to what is owed at that moment; cash, confirmed by the
receiver.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from chat.rooms.errors import RoomNotFound
from commands.errors import Malformed, Refusal
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import make_people
from tests.threads import Rival, at_once
from tests.wallet.expenses.trips import FUNDS, Trip
from wallet.expenses import locks
from wallet.expenses.errors import PlanChanged, SettlementClosed, SettlementNotFound
from wallet.ledger.errors import InsufficientFunds, SameAccount


def refuses(trip: Trip, refusal: type[Refusal], command: str, person: int, /, **f: Any) -> Refusal:
    before = trip.snapshot()
    with pytest.raises(refusal) as raised:
        trip.act(person, command, **f)
    assert trip.snapshot() == before
    return raised.value


def test_settling_is_a_transfer_and_lowers_the_debt(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)

    settlement = trip.settle(1, 0, 200)

    assert settlement == {
        "id": settlement["id"], "room": str(trip.room), "from": str(trip.people[1]),
        "to": str(trip.people[0]), "amount": 200, "currency": "CNY", "status": "paid",
        "outside": False, "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert trip.wallets() == [200, -200, 0]
    assert trip.nets() == [400, -100, -300]
    entry = trip.act(1, "wallet.entries")["entries"][0]
    assert (entry["amount"], entry["kind"], entry["with"]) == (
        -200, "expense.settle", str(trip.people[0]),
    )  # fmt: skip
    (notice,) = Notice.objects.filter(owner_id=trip.people[0], kind="money.in")
    assert (str(notice.about), str(notice.ref)) == (str(trip.people[1]), settlement["id"])
    assert trip.act(2, "expense.list", room=trip.room)["settlements"] == [settlement]


def test_following_the_plan_leaves_nobody_owing(now: datetime) -> None:
    trip = Trip(at=now, people=4)
    trip.add(0, 101)
    trip.add(1, 77, [1, 2, 3])
    trip.add(2, 13, [0, 3])
    before = trip.nets()

    plan = trip.plan()
    assert trip.nets() == before
    for payer, payee, amount, _ in plan:
        trip.settle(payer, payee, amount)

    assert trip.nets() == [0, 0, 0, 0]
    assert trip.plan() == []
    assert trip.wallets() == before


def test_each_payment_of_the_plan_names_its_expenses(now: datetime) -> None:
    trip = Trip(at=now)
    first = trip.add(0, 50, [1])
    second = trip.add(1, 50, [2])

    assert trip.plan() == [(2, 0, 50, "CNY")]
    assert trip.because() == [[str(first), str(second)]]
    (payment,) = trip.act(1, "room.settle_plan", room=trip.room)["payments"]
    lines = [(one["expense"], one["amount"]) for one in payment["lines"]]
    assert lines == [(str(second), 50)]


def test_nobody_settles_more_than_is_owed_on_both_sides(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)
    trip.add(1, 100, [1, 2])
    one, two, three = trip.people
    assert trip.nets() == [600, -250, -350]
    pay: dict[str, Any] = {"room": trip.room}

    refusal = refuses(trip, PlanChanged, "room.settle", 1, to=one, amount=251, **pay)
    assert (refusal.code, refusal.detail) == ("expense.plan_changed", {"at_most": 250})
    refuses(trip, PlanChanged, "room.settle", 1, to=three, amount=1, **pay)
    refuses(trip, PlanChanged, "room.settle", 0, to=two, amount=1, **pay)
    refuses(trip, PlanChanged, "room.settle", 1, to=one, amount=1, currency="JPY", **pay)
    refuses(trip, PlanChanged, "room.settle", 1, to=uuid4(), amount=1, **pay)
    refuses(trip, PlanChanged, "room.settle", 1, to=one, amount=251, outside=True, **pay)
    refuses(trip, SameAccount, "room.settle", 1, to=two, amount=1, **pay)
    refuses(trip, Malformed, "room.settle", 1, to=one, amount=0, **pay)
    trip.settle(1, 0, 250)
    assert trip.nets() == [350, 0, -350]


def test_who_has_too_little_settles_nothing(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, 2 * FUNDS + 2)

    pay = {"room": trip.room, "to": trip.people[0]}
    refuses(trip, InsufficientFunds, "room.settle", 1, amount=FUNDS + 1, **pay)
    refuses(trip, Malformed, "room.settle", 1, amount=1.5, **pay)


def test_a_debt_in_a_currency_is_paid_with_money_in_it(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, 500, currency="JPY")
    pay = {"room": trip.room, "to": trip.people[0], "amount": 250, "currency": "JPY"}

    refuses(trip, InsufficientFunds, "room.settle", 1, **pay)
    assert [one["currency"] for one in trip.act(1, "wallet.get")["accounts"]] == ["CNY"]
    trip.act(1, "wallet.top_up", amount=300, currency="JPY", channel="sandbox")
    assert trip.act(1, "room.settle", **pay)["settlement"]["currency"] == "JPY"

    # The receiver's account came into being with the money.
    accounts = trip.act(0, "wallet.get")["accounts"]
    found = [(one["currency"], one["balance"]) for one in accounts]
    assert found == [("CNY", FUNDS), ("JPY", 250)]
    assert trip.nets("JPY") == [0, 0]
    assert trip.wallets() == [0, 0]


def test_the_same_command_settles_once(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, 100)
    fields = {"room": trip.room, "to": trip.people[0], "amount": 25}
    key = uuid4()

    answers = [
        send(trip.people[1], "room.settle", at=now, command_id=key, **fields) for _ in range(2)
    ]

    assert [answer.replayed for answer in answers] == [False, True]
    assert trip.nets() == [25, -25]


def test_many_who_settle_at_once_pay_what_is_owed_and_no_more(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)

    # Both debtors try to pay all of theirs four times at once.
    found = at_once([lambda: trip.settle(1, 0, 300), lambda: trip.settle(2, 0, 300)] * 4)

    assert sum(isinstance(one, dict) for one in found) == 2
    assert sum(isinstance(one, PlanChanged) for one in found) == 6
    assert trip.nets() == [0, 0, 0]
    assert trip.wallets() == [600, -300, -300]


def test_one_debtor_who_pays_two_creditors_at_once_pays_only_what_they_owe(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 100, [2])
    trip.add(1, 100, [2])
    trip.add(2, 50, [0])
    trip.add(2, 50, [1])
    assert trip.nets() == [50, 50, -100]

    found = at_once([lambda: trip.settle(2, 0, 50), lambda: trip.settle(2, 1, 50)] * 3)

    assert sum(isinstance(one, dict) for one in found) == 2
    assert (trip.nets(), trip.wallets()) == ([0, 0, 0], [50, 50, -100])


def test_adding_and_settling_at_once_lose_nothing(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)

    found = at_once(
        [lambda: trip.add(1, 30), lambda: trip.settle(2, 0, 10), lambda: trip.add(2, 60)] * 5
    )

    assert not [one for one in found if isinstance(one, Exception)]
    # 600 - 5 * (10 + 20) - 5 * 10 settled, and so on.
    assert trip.nets() == [400, -300, -100]


def test_what_is_owed_is_locked_until_it_is_paid(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, 100)
    change = {("CNY", trip.people[1]): 50, ("CNY", trip.people[0]): -50}

    with Rival() as rival:
        with transaction.atomic():
            locks.change_balances(room_id=trip.room, by=change)
            paying = rival.start(lambda: trip.settle(1, 0, 50))
            rival.wait_until_blocked()
            transaction.set_rollback(True)
        assert paying.result(20)["status"] == "paid"

    assert trip.nets() == [0, 0]


def test_who_left_with_a_debt_may_still_pay_it(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 90)
    trip.act(1, "room.leave", room=trip.room)

    trip.settle(1, 0, 30)

    assert trip.nets() == [30, 0, -30]
    with pytest.raises(RoomNotFound):
        trip.settle(1, 0, 30)
    (outsider,) = make_people(1, at=now)
    with pytest.raises(RoomNotFound):
        call(outsider, "room.settle", at=now, room=trip.room, to=trip.people[0], amount=1)


# --- Cash ----------------------------------------------------------------------------------------


def test_cash_counts_once_the_receiver_confirms_it(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)

    cash = trip.settle(1, 0, 300, outside=True)

    assert (cash["status"], cash["outside"]) == ("to_confirm", True)
    assert trip.nets() == [600, -300, -300]
    (notice,) = Notice.objects.filter(owner_id=trip.people[0], kind="settlement.asked")
    assert notice.ref == trip.room
    for person in (1, 2):
        refuses(trip, SettlementNotFound, "room.confirm_settlement", person, settlement=cash["id"])
    done = trip.act(0, "room.confirm_settlement", settlement=cash["id"])["settlement"]
    assert done["status"] == "paid"
    assert trip.nets() == [300, 0, -300]
    assert trip.wallets() == [0, 0, 0]
    refusal = refuses(trip, SettlementClosed, "room.confirm_settlement", 0, settlement=cash["id"])
    assert refusal.code == "settlement.closed"


def test_cash_that_never_came_is_declined(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)
    cash = trip.settle(1, 0, 300, outside=True)

    refusal = refuses(trip, SettlementNotFound, "room.decline_settlement", 2, settlement=cash["id"])
    assert refusal.code == "settlement.not_found"
    refuses(trip, SettlementNotFound, "room.decline_settlement", 0, settlement=uuid4())
    done = trip.act(0, "room.decline_settlement", settlement=cash["id"])["settlement"]

    assert done["status"] == "declined"
    assert trip.nets() == [600, -300, -300]
    refuses(trip, SettlementClosed, "room.confirm_settlement", 0, settlement=cash["id"])


def test_cash_is_confirmed_only_while_it_is_owed(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)
    cash = trip.settle(1, 0, 300, outside=True)
    trip.settle(1, 0, 1)

    refusal = refuses(trip, PlanChanged, "room.confirm_settlement", 0, settlement=cash["id"])

    assert refusal.detail == {"at_most": 299}


def test_cash_is_confirmed_once_however_often_at_once(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 900)
    cash = trip.settle(1, 0, 100, outside=True)["id"]

    found = at_once([lambda: trip.act(0, "room.confirm_settlement", settlement=cash)] * 6)

    assert sum(isinstance(one, dict) for one in found) == 1
    assert trip.nets() == [500, -200, -300]
