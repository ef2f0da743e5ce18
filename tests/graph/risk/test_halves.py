"""Where floats fall short: halves of a thousandth, and amounts that equal what they must exceed."""

from typing import Any

import pytest
from neo4j import Driver

from graph.risk.calls import answer_call
from graph.risk.snapshots.loading import load_snapshot
from graph.risk.snapshots.reading import read_snapshot
from tests.graph.risk.made import HEADERS, write_snapshot

AT = "2022-01-02 00:00:00"
# 3 -> 1 -> 2 with a quotient of 2.0035; loans 9 and 11 -> 4, 5 -> 4 -> 6 with 0.119 of 0.17; and
# 8 -> 7 three times.
TABLES = {
    "Account": [f"{one}|{AT}|false|debit card" for one in range(1, 9)],
    "Person": [f"{one}|x|false|{AT}" for one in (7, 8, 10)],
    "Loan": [f"9|1|1|{AT}", f"11|0|1|{AT}"],
    "AccountTransferAccount": [
        f"3|1|2.0035|{AT}", f"1|2|1|{AT}", f"5|4|0.17|{AT}", f"4|6|0.119|{AT}",
        f"8|7|0.1|{AT}", f"8|7|0.2|{AT}", f"8|7|0.0005|{AT}",
    ],
    "LoanDepositAccount": [f"9|4|1|{AT}", f"11|4|1|{AT}"],
    "PersonGuaranteePerson": [f"7|8|{AT}", f"7|10|{AT}", f"8|7|{AT}"],
    "PersonApplyLoan": [f"8|9|{AT}", f"10|9|{AT}", f"7|11|{AT}"],
}  # fmt: skip


class Rows:
    """Stands where a made world does."""

    rows = {name: TABLES.get(name, []) for name in HEADERS}


@pytest.fixture(scope="module", autouse=True)
def loaded(finbench: Driver, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_snapshot(tmp_path_factory.mktemp("halves"), [Rows()])  # type: ignore[list-item]
    load_snapshot(finbench, read_snapshot(folder), source="x", progress=lambda *_: None)


def rows(query: str, **params: Any) -> list[Any]:
    return answer_call(query, params).rows


def test_a_quotient_that_ends_in_a_half_is_rounded_up() -> None:
    assert 2.0035 * 1000 < 2003.5
    assert rows("TCR7", id="1", threshold="0") == [[1, 1, 2.004]]
    assert rows("TCR9", id="1", threshold="0") == [[-1, 0.0, 2.004]]


def test_a_sum_that_ends_in_a_half_is_rounded_up() -> None:
    assert rows("TSR4", id="8", threshold="0") == [["7", 3, 0.301]]
    assert rows("TSR2", id="8") == [[0.301, 0.2, 3, 0.0, -1, 0]]


def test_what_equals_its_part_of_the_money_that_came_does_not_go_on() -> None:
    assert 0.7 * 170 < 119
    assert rows("TCR8", id="9", threshold="0.7") == []
    assert rows("TCR8", id="9", threshold="0.69") == [["6", 0.119, 2]]


def test_a_ratio_to_a_loan_of_nothing_is_none() -> None:
    assert rows("TCR8", id="11", threshold="0") == [["6", -1, 2]]


def test_a_loan_that_two_people_applied_for_counts_once_and_ones_own_never() -> None:
    """7 vouches for 8 and 10, and 8 for 7."""
    assert rows("TCR11", id="7") == [[1.0, 1]]
    assert rows("TCR11", id="8") == [[1.0, 2]]
