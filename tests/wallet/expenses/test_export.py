"""What a room's expenses look like in a spreadsheet."""

import csv
from collections import Counter
from datetime import datetime
from io import StringIO

import pytest

from commands.currencies import write_amount
from commands.frames import CURRENCIES
from tests.wallet.expenses.trips import Trip
from wallet.expenses.export import export_room


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1_250, "CNY", "12.50"), (5, "CNY", "0.05"), (-5, "CNY", "-0.05"), (1_250, "JPY", "1250"),
        (-1, "JPY", "-1"), (1_250, "KWD", "1.250"), (-1_001, "BHD", "-1.001"), (0, "EUR", "0.00"),
    ],
)  # fmt: skip
def test_an_amount_has_the_digits_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert currency in CURRENCIES
    assert write_amount(amount, currency) == text


def test_the_table_sums_to_the_balances(now: datetime) -> None:
    trip = Trip(at=now)
    trip.add(0, 1_000, note='=1+1, "x"\nné', category="food")
    trip.add(1, 77, [0, 2], currency="JPY")
    deleted = trip.add(2, 50)
    trip.act(2, "expense.delete", expense=deleted)
    trip.settle(1, 0, 300)
    trip.settle(2, 0, 100, outside=True)

    text = export_room(room_id=trip.room)

    rows = list(csv.DictReader(StringIO(text)))
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["status"] in ("open", "paid"):
            sums[row["currency"], row["person"]] += int(row["net_in_minor_units"])
    balances = trip.act(0, "room.balances", room=trip.room)["balances"]
    assert {key: net for key, net in sums.items() if net} == {
        (currency, person): net
        for currency, nets in balances.items() for person, net in nets.items() if net
    }  # fmt: skip
    first = rows[0]
    assert (first["paid"], first["share"], first["net"]) == ("10.00", "3.34", "6.66")
    # Nothing in it is a formula to a spreadsheet.
    assert first["note"] == '\'=1+1, "x"\nné'
    assert [row["kind"] for row in rows].count("cash") == 2
    assert {row["net"] for row in rows if row["currency"] == "JPY"} == {"77", "-39", "-38"}
