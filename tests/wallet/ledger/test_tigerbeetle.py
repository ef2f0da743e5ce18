"""TigerBeetle's own table of transfers, run against `post_batch`.

What applies is mapped: a ledger is a currency, a code a code, a pending transfer a hold, a time-out
an expiry, user data of 128 bits the product's row, the largest number that of a bigint. Every line
that is left out stands in LEFT_OUT with its reason; the test fails when a line is neither run nor
listed, and when a listed one does not exist.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from wallet.ledger.models import Account, Transfer
from wallet.ledger.services import Item, post_batch

pytestmark = pytest.mark.data

LARGEST = 2**63 - 1
ACCOUNT, TRANSFER, USER_DATA = (UUID(int=place << 100) for place in (1, 2, 3))

NO_FIELD = "we have no such field"
OUR_IDS = "ids are UUIDs that the service makes; none is reserved, neither 0 nor the largest"
TYPED = "an item always has a currency and a code, both written in our own code"
NOT_BURNED = "ids are made by the service per attempt, so a refused one is not burned: see"
NO_CLOSING = "accounts are closed by a flag, not by a transfer"
# Kind of line, its id, its result (or nothing): how many, and why they are left out.
LEFT_OUT: dict[tuple[str, str, str], tuple[int, str]] = {
    ("tick", "-3", ""): (1, "time is an argument; only overflows_timeout depends on it"),
    ("transfer", "T0", "timestamp_must_be_zero"): (1, NO_FIELD),
    ("transfer", "T0", "reserved_flag"): (1, NO_FIELD),
    ("transfer", "T0", "id_must_not_be_zero"): (1, OUR_IDS),
    ("transfer", "-0", "id_must_not_be_int_max"): (1, OUR_IDS),
    ("transfer", "T1", "debit_account_id_must_not_be_int_max"): (1, OUR_IDS),
    ("transfer", "T1", "credit_account_id_must_not_be_int_max"): (1, OUR_IDS),
    ("transfer", "T1", "closing_transfer_must_be_pending"): (2, NO_CLOSING),
    ("transfer", "T1", "ledger_must_not_be_zero"): (1, TYPED),
    ("transfer", "T1", "code_must_not_be_zero"): (1, TYPED),
    ("transfer", "T1", "id_already_failed"): (1, f"{NOT_BURNED} test_repeated_ids"),
    ("transfer", "T2", "id_already_failed"): (1, f"{NOT_BURNED} test_repeated_ids"),
    ("transfer", "T3", "id_already_failed"): (1, f"{NOT_BURNED} test_repeated_ids"),
    ("transfer", "T4", "id_already_failed"): (1, f"{NOT_BURNED} test_repeated_ids"),
    ("transfer", "T3", "overflows_timeout"): (1, "an expiry is a moment, nothing is added to it"),
    ("transfer", "T5", "exists_with_different_user_data_64"): (1, NO_FIELD),
    ("transfer", "T5", "exists_with_different_user_data_32"): (1, NO_FIELD),
}


def read_lines(path: Path) -> Iterator[list[str]]:
    for line in path.read_text().splitlines():
        fields = line.partition("//")[0].split()
        if fields and not line.startswith("#"):
            yield fields


def number(text: str) -> int:
    """Read a number: `_` is 0, `-5` is the largest number less 5, letters only say of what."""
    if text == "_":
        return 0
    if text.startswith("-"):
        return LARGEST - int(text[1:])
    return int(text.lstrip("ATULC"))


def made_id(kind: UUID, text: str) -> UUID | None:
    value = number(text)
    return UUID(int=kind.int + value) if value else None


class Table:
    """Runs the lines of a table; each must get the result that is written on it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.batch: list[list[str]] = []
        self.left_out: Counter[tuple[str, str, str]] = Counter()
        self.run: Counter[str] = Counter()

    def take(self, fields: list[str]) -> None:
        kind, first = fields[0], fields[1]
        result = fields[-1] if kind == "transfer" else ""
        if (kind, first, result) in LEFT_OUT:
            self.left_out[(kind, first, result)] += 1
        elif kind == "commit":
            getattr(self, f"commit_{first}")()
            self.batch.clear()
        elif kind == "setup":
            self.set_balances(fields)
        else:
            self.batch.append(fields)
            self.run[kind] += 1

    def set_balances(self, fields: list[str]) -> None:
        names = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
        balances = dict(zip(names, map(number, fields[2:6]), strict=True))
        Account.objects.filter(id=made_id(ACCOUNT, fields[1])).update(**balances)

    def commit_create_accounts(self) -> None:
        for fields in self.batch:
            flags = fields[12:18]
            assert fields[-1] == "created"
            Account.objects.create(
                id=made_id(ACCOUNT, fields[1]), kind="test", currency=currency(fields[10]),
                min_balance=0 if "D<C" in flags else None,
                max_balance=0 if "C<D" in flags else None,
            )  # fmt: skip

    def commit_create_transfers(self) -> None:
        outcomes = post_batch([self.item(fields) for fields in self.batch], at=self.at)
        found = [outcome.status for outcome in outcomes]
        assert found == [fields[-1] for fields in self.batch]

    def item(self, fields: list[str]) -> Item:
        timeout, flags = number(fields[9]), fields[12:21]
        transfer_id = made_id(TRANSFER, fields[1])
        assert transfer_id is not None
        return Item(
            id=transfer_id, debit=made_id(ACCOUNT, fields[2]), credit=made_id(ACCOUNT, fields[3]),
            amount=number(fields[4]), pending=made_id(TRANSFER, fields[5]),
            ref=made_id(USER_DATA, fields[6]),
            expires_at=self.at + timedelta(seconds=timeout) if timeout else None,
            currency=currency(fields[10]), code=f"test.{number(fields[11])}",
            action="pending" if "PEN" in flags else "transfer",
        )  # fmt: skip

    def commit_lookup_accounts(self) -> None:
        for fields in self.batch:
            account = Account.objects.get(id=made_id(ACCOUNT, fields[1]))
            assert [
                account.debits_pending,
                account.debits_posted,
                account.credits_pending,
                account.credits_posted,
            ] == [number(text) for text in fields[2:6]]

    def commit_lookup_transfers(self) -> None:
        for fields in self.batch:
            exists = Transfer.objects.filter(id=made_id(TRANSFER, fields[1])).exists()
            assert (fields[2], fields[3]) == ("exists", str(exists).lower())


def currency(ledger: str) -> str:
    return f"L{number(ledger):02}"


def test_every_line_that_applies_gets_its_result(
    now: datetime, data: Callable[[str], Path]
) -> None:
    path = data("tigerbeetle-tables/create_transfers_lookup_transfers.txt")
    table = Table(now)

    # The table forces balances that no entries stand behind, so all of it is taken back.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_account DISABLE TRIGGER USER")
        for fields in read_lines(path):
            table.take(fields)
        transaction.set_rollback(True)

    assert table.left_out == {line: count for line, (count, _) in LEFT_OUT.items()}
    assert table.run == {"account": 5, "transfer": 30, "lookup_account": 2, "lookup_transfer": 5}
