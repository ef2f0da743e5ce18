"""How other projects divide an amount, run against `allocate`; what does not apply is listed."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from wallet.splits.allocate import allocate

pytestmark = pytest.mark.data

FILE = "bill-split/allocation_cases.json"
# Mode, amount and shares of cases that are not what we do, and why.
LEFT_OUT = {
    ("BY_AMOUNT", 100, (30, 30)): "exact parts that do not add up are refused, not stretched",
}


def run(case: dict[str, Any]) -> list[int]:
    """Divide as the case says: the largest remainder, on a tie the earlier."""
    weights = [Fraction(str(share)) for share in case["shares"]]
    if case.get("mode") == "EVENLY":
        weights = [Fraction(1)] * len(weights)
    return allocate(case["amount"], weights)


def test_we_divide_as_others_do(data: Callable[[str], Path]) -> None:
    cases = json.loads(data(FILE).read_text())
    left_out = []

    for case in cases:
        name = case.get("mode"), case["amount"], tuple(case["shares"])
        if name in LEFT_OUT:
            left_out.append(name)
            continue
        parts = run(case)
        assert parts == case["largest_remainder_first_tie"], case
        if "expected" in case:
            assert parts == case["expected"], case
        if "expected_sorted" in case:
            assert sorted(parts) == case["expected_sorted"], case
        if "expected_sum" in case:
            assert sum(parts) == case["expected_sum"], case

    assert left_out == list(LEFT_OUT)
    assert len(cases) == 33
