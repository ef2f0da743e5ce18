"""Writing expenses down, changing them and taking them back: who is owed what, to the fen."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from chat.rooms.errors import RoomForbidden, RoomNotFound
from commands.errors import Malformed, Refusal
from commands.frames import MAX_AMOUNT
from graph.people.errors import PersonNotFound
from outbox.delivery import deliver_due
from tests.calls import call
from tests.people import make_group, make_people
from tests.threads import Rival
from tests.wallet.expenses.trips import Trip
from wallet.closing.errors import StillOpen
from wallet.closing.services import leave
from wallet.days import day_of
from wallet.expenses.errors import ExpenseNotFound, ExpensePersonGone
from wallet.ledger.errors import AmountInvalid


def test_an_expense_is_shown_with_its_parts_and_its_card(now: datetime) -> None:
    trip = Trip(at=now)
    one, two, three = map(str, trip.people)
    even = {"mode": "even", "members": [three, one, two]}

    answer = trip.act(
        0, "expense.add", room=trip.room, paid={one: 70, two: 30}, between=even, note="Dinner",
        category="food", on="2026-02-03",
    )  # fmt: skip

    shown = answer["expense"]
    at = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert shown == {
        "id": shown["id"], "room": str(trip.room), "status": "open", "by": one, "amount": 100,
        "currency": "CNY", "note": "Dinner", "category": "food", "on": "2026-02-03",
        "paid": {one: 70, two: 30}, "between": even, "shares": {three: 34, one: 33, two: 33},
        "every": "never", "next_on": None, "series": None, "version": 1, "at": at,
        "edited_at": None,
    }  # fmt: skip
    assert answer["message"]["card"] == {"type": "expense", **shown}
    assert trip.nets() == [37, -3, -34]
    assert trip.act(2, "expense.list", room=trip.room)["expenses"] == [shown]
    assert trip.wallets() == [0, 0, 0]


def test_an_expense_without_a_date_is_for_today(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 100)

    (shown,) = trip.act(0, "expense.list", room=trip.room)["expenses"]
    assert shown["on"] == day_of(now).isoformat()


def test_the_odd_fen_moves_on_from_expense_to_expense(now: datetime) -> None:
    trip = Trip(at=now)

    for _ in range(3):
        trip.add(0, 100)

    expenses = trip.act(0, "expense.list", room=trip.room)["expenses"][::-1]
    found = [[one["shares"][str(person)] for person in trip.people] for one in expenses]
    assert found == [[34, 33, 33], [33, 34, 33], [33, 33, 34]]
    assert trip.nets() == [200, -100, -100]


@pytest.mark.parametrize(
    ("between", "nets"),
    [
        ({"mode": "exact", "amounts": (20, 0, 80)}, [80, 0, -80]),
        ({"mode": "weights", "weights": (1, 2, 0)}, [67, -67, 0]),
        ({"mode": "weights", "weights": (0, 3, 4)}, [100, -43, -57]),
    ],
)
def test_exact_parts_and_weights(now: datetime, between: dict[str, Any], nets: list[int]) -> None:
    trip = Trip(at=now)
    name = "amounts" if between["mode"] == "exact" else "weights"
    parts = dict(zip(map(str, trip.people), between[name], strict=True))
    between = between | {name: parts}

    paid = {str(trip.people[0]): 100}
    trip.act(0, "expense.add", room=trip.room, paid=paid, between=between)

    assert trip.nets() == nets


def test_each_currency_has_its_own_balances(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, 500, currency="JPY")
    trip.add(1, 1_500, currency="KWD")
    trip.add(0, 100)

    balances = trip.act(1, "room.balances", room=trip.room)["balances"]

    one, two = map(str, trip.people)
    assert balances == {
        "CNY": {one: 50, two: -50},
        "JPY": {one: 250, two: -250},
        "KWD": {one: -750, two: 750},
    }
    assert trip.plan() == [(1, 0, 50, "CNY"), (1, 0, 250, "JPY"), (0, 1, 750, "KWD")]


def test_an_edit_changes_what_is_owed_and_keeps_what_was_said(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 100)
    two = str(trip.people[1])

    shown = trip.act(1, "expense.edit", expense=expense, paid={two: 301}, note="Boat")["expense"]

    assert (shown["amount"], shown["note"], shown["version"]) == (301, "Boat", 2)
    # The odd fen stays with who had it.
    assert trip.nets() == [-101, 201, -100]
    told = trip.act(2, "expense.get", expense=expense)
    first, second = told["versions"]
    assert (first["what"], first["by"], first["terms"]["amount"]) == (
        "added", str(trip.people[0]), 100,
    )  # fmt: skip
    assert (second["what"], second["by"], second["terms"]["note"]) == ("edited", two, "Boat")
    assert first["terms"]["note"] == "Trip"


def test_an_edit_may_move_an_expense_to_another_currency(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    expense = trip.add(0, 100)

    trip.act(0, "expense.edit", expense=expense, currency="JPY")

    assert (trip.nets("CNY"), trip.nets("JPY")) == ([0, 0], [50, -50])


def test_a_deleted_expense_counts_no_more(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(1, 30)
    expense = trip.add(0, 100)

    shown = trip.act(0, "expense.delete", expense=expense)["expense"]

    assert shown["status"] == "deleted"
    assert trip.nets() == [-10, 20, -10]
    assert len(trip.act(0, "expense.list", room=trip.room)["expenses"]) == 1
    versions = trip.act(0, "expense.get", expense=expense)["versions"]
    assert [one["what"] for one in versions] == ["added", "deleted"]
    for command in ("expense.edit", "expense.delete"):
        with pytest.raises(ExpenseNotFound):
            trip.act(0, command, expense=expense)


def test_the_card_in_the_room_follows(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 100)
    trip.act(0, "expense.edit", expense=expense, note="Boat")
    later = now + timedelta(seconds=5)
    deliver_due("chat", clock=lambda: later)

    (message,) = trip.act(1, "room.history", room=trip.room)["messages"]
    assert message["card"]["note"] == "Boat"


def test_balances_are_kept_when_somebody_leaves(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(2, "room.leave", room=trip.room)

    assert trip.nets() == [60, -30, -30]
    # What names somebody who has left can still be put right, but nothing new is put on them.
    trip.act(0, "expense.edit", expense=expense, note="Boat")
    before = trip.snapshot()
    with pytest.raises(PersonNotFound):
        trip.add(0, 90)
    assert trip.snapshot() == before


def test_a_page_of_expenses_goes_on_before_the_last(now: datetime) -> None:
    trip = Trip(at=now)
    made = [str(trip.add(0, 30)) for _ in range(3)]

    page = trip.act(0, "expense.list", room=trip.room, limit=2)
    rest = trip.act(0, "expense.list", room=trip.room, before=made[1])

    assert ([one["id"] for one in page["expenses"]], page["more"]) == ([made[2], made[1]], True)
    assert ([one["id"] for one in rest["expenses"]], rest["more"]) == ([made[0]], False)


# --- What is refused -----------------------------------------------------------------------------


def refuses(trip: Trip, refusal: type[Refusal], command: str, person: int = 0, /, **f: Any) -> None:
    before = trip.snapshot()
    with pytest.raises(refusal):
        trip.act(person, command, **f)
    assert trip.snapshot() == before


def test_what_does_not_add_up_is_refused(now: datetime) -> None:
    trip = Trip(at=now)
    one, two, three = map(str, trip.people)
    even = {"mode": "even", "members": [one, two, three]}
    add: dict[str, Any] = {"room": trip.room, "paid": {one: 100}, "between": even}

    exact = {"mode": "exact", "amounts": {one: 50, two: 49}}
    refuses(trip, AmountInvalid, "expense.add", **add | {"between": exact})
    refuses(trip, AmountInvalid, "expense.add", **add | {"paid": {one: 2}})
    most = {one: MAX_AMOUNT, two: 1}
    refuses(trip, AmountInvalid, "expense.add", **add | {"paid": most})
    refuses(trip, Malformed, "expense.add", **add | {"paid": {}})
    refuses(trip, Malformed, "expense.add", **add | {"paid": {one: 0}})
    refuses(trip, Malformed, "expense.add", **add | {"currency": "XXX"})
    refuses(trip, Malformed, "expense.add", **add | {"on": "yesterday"})
    refuses(trip, PersonNotFound, "expense.add", **add | {"paid": {str(uuid4()): 100}})


def test_nobody_can_be_owed_more_than_one_payment_can_carry(now: datetime) -> None:
    trip = Trip(at=now, people=2)
    trip.add(0, MAX_AMOUNT, [1])

    one, two = map(str, trip.people)
    refuses(
        trip, AmountInvalid, "expense.add", room=trip.room, paid={one: 2},
        between={"mode": "even", "members": [two]},
    )  # fmt: skip
    assert trip.nets() == [MAX_AMOUNT, -MAX_AMOUNT]


def test_an_edit_that_does_not_add_up_changes_nothing(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 100)
    one, two = str(trip.people[0]), str(trip.people[1])

    refuses(trip, AmountInvalid, "expense.edit", expense=expense, paid={one: 2})
    exact = {"mode": "exact", "amounts": {one: 50, two: 51}}
    refuses(trip, AmountInvalid, "expense.edit", expense=expense, between=exact)
    refuses(trip, PersonNotFound, "expense.edit", expense=expense, paid={str(uuid4()): 100})


def test_who_has_nothing_to_do_with_an_expense_only_reads_it(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 100, [0, 1])

    refuses(trip, RoomForbidden, "expense.edit", 2, expense=expense, note="x")
    refuses(trip, RoomForbidden, "expense.delete", 2, expense=expense)
    refuses(trip, RoomForbidden, "expense.repeat", 2, expense=expense, every="week")
    assert trip.act(2, "expense.get", expense=expense)["expense"]["amount"] == 100


def test_outsiders_see_nothing(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 100)
    (outsider,) = make_people(1, at=now)

    for command in ("room.balances", "room.settle_plan", "expense.list", "expense.export"):
        with pytest.raises(RoomNotFound):
            call(outsider, command, at=now, room=trip.room)
    with pytest.raises(RoomNotFound):
        call(outsider, "room.balance_lines", at=now, room=trip.room, person=trip.people[0])
    even = {"mode": "even", "members": [outsider]}
    with pytest.raises(RoomNotFound):
        call(outsider, "expense.add", at=now, room=trip.room, paid={str(outsider): 1}, between=even)
    for command in ("expense.get", "expense.delete", "expense.edit"):
        with pytest.raises(ExpenseNotFound) as refusal:
            call(outsider, command, at=now, expense=expense)
        assert refusal.value.code == "expense.not_found"
    assert trip.nets() == [66, -33, -33]


def test_a_balance_opens_to_the_lines_behind_it(now: datetime) -> None:
    trip = Trip(at=now)
    first = trip.add(0, 90)
    second = trip.add(1, 30, [0, 1], note="Taxi")
    trip.settle(2, 0, 30)

    found = trip.act(2, "room.balance_lines", room=trip.room, person=trip.people[0])

    lines = [(one["expense"], one["note"], one["amount"]) for one in found["lines"]]
    assert lines[1:] == [(str(second), "Taxi", -15), (str(first), "Trip", 60)]
    assert (lines[0][0], lines[0][2]) == (None, -30)
    assert found["net"] == trip.nets()[0] == 15
    nobody = trip.act(0, "room.balance_lines", room=trip.room, person=trip.people[2])
    assert nobody == {"lines": [], "net": 0}


def test_what_stands_between_two_people_over_all_rooms(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 90)
    one, two, _ = trip.people
    pair = make_group([one, two], at=now)
    call(two, "expense.add", at=now, room=pair, paid={str(two): 100}, currency="CNY",
         between={"mode": "even", "members": [one, two]})  # fmt: skip

    found = call(one, "person.balances", at=now, person=two)

    assert found["balances"] == {"CNY": 30 - 50}
    rooms = [(UUID(pay["room"]), pay["amount"]) for pay in found["payments"]]
    assert rooms == [(trip.room, 30), (pair, 50)]
    assert call(two, "person.balances", at=now, person=one)["balances"] == {"CNY": 20}
    with pytest.raises(PersonNotFound):
        call(one, "person.balances", at=now, person=uuid4())


def test_nothing_comes_to_owe_on_who_has_closed_their_account(now: datetime) -> None:
    trip = Trip(at=now, funds=50)
    expense = trip.add(0, 100, between=[1, 2])
    trip.settle(1, 0, 50)
    leave(person_id=trip.people[1], at=now)
    before = trip.snapshot()
    zero, one, two = map(str, trip.people)

    for command, fields in (
        ("expense.edit", {"paid": {zero: 200}}),
        ("expense.edit", {"currency": "JPY"}),
        ("expense.delete", {}),
    ):
        with pytest.raises(ExpensePersonGone) as refusal:
            trip.act(0, command, expense=expense, **fields)
        assert (refusal.value.code, refusal.value.status) == ("expense.person_gone", 409)
        assert refusal.value.detail == {"people": [one]}
        assert trip.snapshot() == before

    parts = {"mode": "exact", "amounts": {one: 50, two: 90}}
    trip.act(0, "expense.edit", expense=expense, paid={zero: 140}, between=parts, note="More")
    assert trip.nets() == [90, 0, -90]


def test_who_leaves_while_an_expense_is_edited_is_asked_to_settle_it(now: datetime) -> None:
    trip = Trip(at=now, funds=50)
    expense = trip.add(0, 100, between=[1, 2])
    trip.settle(1, 0, 50)
    zero, one, _ = trip.people
    with Rival() as rival:
        with transaction.atomic():
            trip.act(0, "expense.edit", expense=expense, paid={str(zero): 200})
            closing = rival.start(lambda: leave(person_id=one, at=now))
            rival.wait_until_blocked()
        with pytest.raises(StillOpen) as refusal:
            closing.result(20)

    assert refusal.value.detail["open"] == [
        {"kind": "expense", "currency": "CNY", "amount": -50, "count": 1}
    ]
