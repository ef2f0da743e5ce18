"""Who pays how much: even with the odd fen that moves on, exact, by weights; and who may ask."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.rooms.errors import RoomNotFound
from commands.errors import Malformed
from graph.people.errors import PersonNotFound, TierRequired
from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import make_people
from tests.threads import at_once
from tests.wallet.splits.bills import Table, amounts, statuses
from wallet.ledger.errors import AmountInvalid
from wallet.splits.allocate import allocate, divide_evenly
from wallet.splits.models import Split, Turn


def test_a_bill_is_shown_with_its_shares(now: datetime) -> None:
    table = Table(at=now)

    answer = table.split(900, {"mode": "even", "members": table.people})

    shown = answer["split"]
    assert shown == {
        "id": shown["id"], "room": str(table.room), "initiator": str(table.host), "amount": 900,
        "currency": "CNY", "note": "Hot pot", "status": "open",
        "shares": [
            {"person": str(table.host), "amount": 300, "status": "own", "at": None},
            {"person": str(table.guests[0]), "amount": 300, "status": "unpaid", "at": None},
            {"person": str(table.guests[1]), "amount": 300, "status": "unpaid", "at": None},
        ],
    }  # fmt: skip
    assert answer["message"]["card"]["id"] == shown["id"]
    assert call(table.guests[0], "split.get", at=now, split=shown["id"])["split"] == shown
    assert table.balances() == [0, 0, 0]


def test_the_odd_fen_moves_on_from_split_to_split(now: datetime) -> None:
    table = Table(at=now)

    found = [amounts(table.evenly(100)) for _ in range(4)]

    assert found == [[34, 33, 33], [33, 34, 33], [33, 33, 34], [34, 33, 33]]


def test_several_odd_fen_move_on_around_the_end(now: datetime) -> None:
    table = Table(at=now)

    found = [amounts(table.evenly(101)) for _ in range(3)]

    assert found == [[34, 34, 33], [33, 34, 34], [34, 33, 34]]


def test_rooms_do_not_share_their_turns_and_other_modes_take_none(now: datetime) -> None:
    table, other = Table(at=now), Table(at=now)
    table.evenly(100)
    exact = {str(person): 10 for person in table.people}
    table.split(30, {"mode": "exact", "amounts": exact})
    table.split(30, {"mode": "weights", "weights": exact})

    assert amounts(other.evenly(100)) == [34, 33, 33]
    assert amounts(table.evenly(100)) == [33, 34, 33]


def test_even_splits_at_once_take_one_turn_each(now: datetime) -> None:
    table = Table(at=now)

    found = at_once([lambda: table.evenly(100)] * 6)

    heavy = sorted(amounts(split).index(34) for split in found)
    assert heavy == [0, 0, 1, 1, 2, 2]


def test_a_refused_split_takes_no_turn(now: datetime) -> None:
    table = Table(at=now)

    with pytest.raises(AmountInvalid):
        table.evenly(2)

    assert not Turn.objects.filter(room_id=table.room).exists()
    assert amounts(table.evenly(4)) == [2, 1, 1]


def test_the_order_of_an_even_split_is_that_of_the_members(now: datetime) -> None:
    table = Table(at=now)
    members = table.people[::-1]

    shares = table.split(100, {"mode": "even", "members": members})["split"]["shares"]

    assert [share["person"] for share in shares] == [str(person) for person in members]
    assert [share["amount"] for share in shares] == [34, 33, 33]


def test_exact_parts_are_as_said_and_ascend_by_person(now: datetime) -> None:
    table = Table(at=now)
    parts = dict(zip(map(str, table.people[::-1]), (1, 0, 99), strict=True))

    split = table.split(100, {"mode": "exact", "amounts": parts})["split"]

    assert [share["person"] for share in split["shares"]] == [str(one) for one in table.people]
    assert [share["amount"] for share in split["shares"]] == [99, 0, 1]
    # Nobody has to pay nothing.
    assert [share["status"] for share in split["shares"]] == ["own", "paid", "unpaid"]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, (1, 2, 0), [33, 67, 0]),
        (100, (1, 1, 1), [34, 33, 33]),
        (101, (1, 1, 1), [34, 34, 33]),
        (5, (3, 7, 0), [2, 3, 0]),
        (7, (2, 2, 3), [2, 2, 3]),
        (1, (0, 3, 4), [0, 0, 1]),
        (10**15, (1, 10**9, 10**9), [500_000, 499_999_999_750_000, 499_999_999_750_000]),
    ],
)
def test_weights_divide_by_largest_remainder_and_ties_by_person(
    now: datetime, amount: int, weights: tuple[int, ...], parts: list[int]
) -> None:
    table = Table(at=now)
    # Named backwards: the order of the map does not matter.
    named = dict(reversed(list(zip(map(str, table.people), weights, strict=True))))

    split = table.split(amount, {"mode": "weights", "weights": named})["split"]

    assert [share["amount"] for share in split["shares"]] == parts
    assert sum(parts) == amount


@settings(deadline=None)
@given(
    amount=st.integers(0, 10**6),
    weights=st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any),
)
def test_parts_sum_to_the_amount_and_are_within_one_of_exact(
    amount: int, weights: list[int]
) -> None:
    parts = allocate(amount, weights)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        low, rest = divmod(amount * weight, sum(weights))
        assert part in ((low, low + 1) if rest else (low,))


@settings(deadline=None)
@given(amount=st.integers(1, 10**6), people=st.integers(1, 40))
def test_after_a_round_of_even_splits_everybody_has_paid_the_same(amount: int, people: int) -> None:
    rounds = [divide_evenly(amount, people, first=first) for first in range(people)]

    assert {sum(parts) for parts in rounds} == {amount}
    assert {sum(parts) for parts in zip(*rounds, strict=True)} == {amount}


# --- What is refused -----------------------------------------------------------------------------


def refuses(table: Table, amount: int, between: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        table.split(amount, between)
    assert not Split.objects.filter(room_id=table.room).exists()
    assert not Turn.objects.filter(room_id=table.room).exists()


def test_parts_that_do_not_add_up_are_refused(now: datetime) -> None:
    table = Table(at=now)
    one, two = map(str, table.guests)

    refuses(table, 100, {"mode": "exact", "amounts": {one: 50, two: 49}}, AmountInvalid)
    refuses(table, 100, {"mode": "exact", "amounts": {one: 50, two: 51}}, AmountInvalid)
    refuses(table, 100, {"mode": "weights", "weights": {one: 0, two: 0}}, AmountInvalid)
    refuses(table, 2, {"mode": "even", "members": table.people}, AmountInvalid)


def test_a_bill_names_members_of_the_room_each_once(now: datetime) -> None:
    table = Table(at=now)
    (outsider,) = make_people(1, at=now)
    guest = table.guests[0]

    refuses(table, 100, {"mode": "even", "members": [guest, outsider]}, PersonNotFound)
    refuses(table, 100, {"mode": "weights", "weights": {str(uuid4()): 1}}, PersonNotFound)
    refuses(table, 100, {"mode": "even", "members": [guest, guest]}, Malformed)
    refuses(table, 100, {"mode": "even", "members": []}, Malformed)
    refuses(table, 100, {"mode": "exact", "amounts": {str(guest): -100}}, Malformed)
    refuses(table, 100, {"mode": "odd", "members": [guest]}, Malformed)


def test_who_starts_a_split_is_in_the_room_and_has_a_name(now: datetime) -> None:
    table = Table(at=now)
    (outsider,) = make_people(1, at=now)
    terms = {
        "room": table.room, "amount": 100, "between": {"mode": "even", "members": table.people},
    }  # fmt: skip

    with pytest.raises(RoomNotFound):
        call(outsider, "split.create", at=now, **terms)
    Person.objects.filter(id=table.host).update(tier=Tier.BASIC)
    refuses(table, 100, {"mode": "even", "members": table.people}, TierRequired)


def test_a_bill_may_leave_out_who_paid_it(now: datetime) -> None:
    table = Table(at=now)

    split = table.split(100, {"mode": "even", "members": table.guests})["split"]

    assert statuses(UUID(split["id"])) == ["unpaid", "unpaid"]
    assert amounts(UUID(split["id"])) == [50, 50]


def test_a_bill_takes_as_many_statements_for_many_as_for_two(now: datetime) -> None:
    table = Table(at=now, people=200)

    def count(people: list[UUID]) -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = table.split(20_000, {"mode": "even", "members": people})
        assert len(answer["split"]["shares"]) == len(people)
        return len(seen)

    assert count(table.people[:2]) == count(table.people)
