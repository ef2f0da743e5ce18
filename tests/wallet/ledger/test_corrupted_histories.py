"""The recorded history with one thing changed: what contradicts is refused, and nothing else."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.ledger.test_check_history import Operation, judge

Change = Callable[[list[Operation]], None]


def set_balance(place: int, account: str, balance: int) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place]["value"][account] = balance

    return change


def shift(place: int, source: str, target: str, amount: int) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place]["value"][source] -= amount
        operations[place]["value"][target] += amount

    return change


def drop(place: int, account: str) -> Change:
    def change(operations: list[Operation]) -> None:
        del operations[place]["value"][account]

    return change


def add(place: int, account: str) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place]["value"][account] = 0

    return change


def turn(place: int, kind: str) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place]["type"] = kind

    return change


def say(place: int, **fields: Any) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place].update(fields)

    return change


def terms(place: int, **fields: Any) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[place]["value"].update(fields)

    return change


def again(place: int, *, uncounted: bool = False) -> Change:
    def change(operations: list[Operation]) -> None:
        operations.insert(place + 1, deepcopy(operations[place]))
        if uncounted:
            for operation in operations:
                del operation["index"]

    return change


def leave_out(place: int) -> Change:
    def change(operations: list[Operation]) -> None:
        del operations[place]

    return change


def swap(one: int, other: int) -> Change:
    def change(operations: list[Operation]) -> None:
        operations[one], operations[other] = operations[other], operations[one]

    return change


WRONG = "The read of operation"
ENDS = "The transfer of operation 15"
CORRUPTED = [
    (set_balance(1, "0", 101), f"{WRONG} 3 sums to 100, but that of operation 1 sums to 101."),
    (set_balance(19, "0", 98), f"{WRONG} 19 sums to 101, but that of operation 1 sums to 100."),
    (set_balance(19, "0", 10**30), f"{WRONG} 19 sums to {10**30 + 3}, but that of operation 1 sums"
     " to 100."),
    (shift(19, "1", "0", 1), f"{WRONG} 19 shows -1 on account 1, below the floor of 0."),
    (shift(673, "3", "0", 60), f"{WRONG} 673 shows -60 on account 3, below the floor of 0."),
    (drop(25, "8"), f"{WRONG} 25 misses account 8, which that of operation 1 shows."),
    (drop(1, "8"), f"{WRONG} 3 shows account 8, which that of operation 1 does not."),
    (add(25, "77"), f"{WRONG} 25 shows account 77, which that of operation 1 does not."),
    (add(25, "00"), f"{WRONG} 25 shows account 0 twice."),
    (turn(15, "fail"),
     f"{WRONG} 19 shows the money of the transfer of operation 14, which failed."),
    (turn(79, "fail"),
     f"{WRONG} 87 shows the money of the transfer of operation 78, which failed."),
    (say(19, value=None), f"{WRONG} 19 succeeded but shows no balance."),
    (say(19, value={}), f"{WRONG} 19 succeeded but shows no balance."),
    (say(19, value=[]), f"{WRONG} 19 succeeded but shows no balance."),
    (say(19, value=100), f"{WRONG} 19 shows 100, neither a map nor a list."),
    (say(19, value=[100]), f"{WRONG} 19 misses account 7, which that of operation 1 shows."),
    (terms(19, **{"0": None}), f"{WRONG} 19 shows no balance of account 0."),
    (terms(19, **{"0": "97"}), f"{WRONG} 19 shows '97' on account 0, which is no whole number."),
    (terms(19, **{"0": 97.5}), f"{WRONG} 19 shows 97.5 on account 0, which is no whole number."),
    (terms(19, **{"0": True}), f"{WRONG} 19 shows True on account 0, which is no whole number."),
    (terms(15, amount=4), f"{ENDS} has other terms than operation 14, which it ends."),
    (terms(15, amount=-4), f"{ENDS} has other terms than operation 14, which it ends."),
    (terms(15, to=8), f"{ENDS} has other terms than operation 14, which it ends."),
    (terms(15, amount="much"), f"{ENDS} is of 'much', which is no whole number."),
    (again(15), f"{ENDS} comes after operation 15."),
    (swap(15, 16), f"{ENDS} comes after operation 16."),
    (say(19, index=3), f"{WRONG} 3 comes after operation 18."),
    (say(15, f="read", value={"0": 100}),
     f"{WRONG} 15 misses account 7, which that of operation 1 shows."),
]  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize(("change", "sentence"), CORRUPTED)
def test_a_corrupted_copy_is_refused_with_its_first_contradiction(
    data: Callable[[str], Path], tmp_path: Path, change: Change, sentence: str
) -> None:
    operations = json.loads(data("jepsen-bank/bank.json").read_text())
    change(operations)

    assert judge(tmp_path, json.dumps(operations)) == (1, sentence)


# Not everything that is not as it was is a contradiction: a bank may have been in these states.
HARMLESS = [
    # An old state may be read; what came later is told by nothing but the transfers between, and of
    # some of those nobody knows whether they happened.
    say(195, value={"0": 100} | {str(account): 0 for account in range(1, 10)}),
    # Who never learned how a transfer ended may have made it all the same.
    turn(79, "info"),
    # A record of the end that is missing is an end of which nobody knows.
    leave_out(79),
    # Said twice is said once, where nothing counts the operations.
    again(19, uncounted=True),
    # Times are told by many clocks.
    say(19, time=0),
    say(19, extra="more"),
]


@pytest.mark.data
@pytest.mark.parametrize("change", HARMLESS)
def test_what_can_have_been_is_no_contradiction(
    data: Callable[[str], Path], tmp_path: Path, change: Change
) -> None:
    operations = json.loads(data("jepsen-bank/bank.json").read_text())
    change(operations)

    assert judge(tmp_path, json.dumps(operations))[0] == 0


@pytest.mark.data
def test_each_good_read_is_looked_at(data: Callable[[str], Path], tmp_path: Path) -> None:
    text = data("jepsen-bank/bank.json").read_text()
    places = [
        place
        for place, one in enumerate(json.loads(text))
        if (one["type"], one["f"]) == ("ok", "read")
    ]
    assert len(places) == 168
    for place in places[1::20]:
        operations = json.loads(text)
        operations[place]["value"]["0"] += 1

        code, sentence = judge(tmp_path, json.dumps(operations))

        assert (code, sentence.split(",")[0]) == (1, f"The read of operation {place} sums to 101")
