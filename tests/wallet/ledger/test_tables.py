"""TigerBeetle's table of transfers and our own tables in its form, run against `post_batch`."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from wallet.ledger.models import Account, Transfer
from wallet.ledger.table.runner import run_table

TABLES = Path(__file__).parent / "tables"
# How many lines of each expect something: none is left out.
LINES = {
    "accounts": 31, "balancing": 32, "chains": 32, "closing": 31, "expiry": 27, "imported": 17,
    "two_phase": 69,
}  # fmt: skip
GOOD = """\
# a comment
account A1 _ _ _ _ _ _ _ _ L1 C1 _ _ _ _ _ _ _ _ created // another
account A2 _ _ _ _ _ _ _ _ L1 C1 _ _ _ _ _ _ _ _ ok

commit create_accounts
transfer T1 A1 A2 -7 _ _ _ _ _ L1 C1 _ _ _ _ _ _ _ _ _ _ _ created
commit create_transfers
lookup_account A1 0 -7 0 0 _
lookup_account A3 _
commit lookup_accounts
lookup_transfer T1 amount -7
commit lookup_transfers
"""


def run(*paths: Path) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("ledger_table", *map(str, paths), stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def write(folder: Path, text: str) -> Path:
    path = folder / "table.txt"
    path.write_text(text)
    return path


def test_there_is_a_count_for_each_table() -> None:
    assert sorted(path.stem for path in TABLES.iterdir()) == sorted(LINES)


@pytest.mark.parametrize("name", LINES)
def test_every_line_of_our_tables_gets_its_result(name: str) -> None:
    report = run_table(TABLES / f"{name}.txt")

    assert report.differing == []
    assert report.not_mapped == []
    assert len(report.answers) == LINES[name]


@pytest.mark.data
def test_every_line_of_theirs_gets_its_result(data: Callable[[str], Path]) -> None:
    report = run_table(data("tigerbeetle-tables/create_transfers_lookup_transfers.txt"))

    assert report.differing == []
    assert report.not_mapped == []
    assert len(report.answers) == 59


def test_a_table_leaves_nothing_behind() -> None:
    def count() -> tuple[int, int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ledger_table_%'")
            (schemas,) = cursor.fetchone()
        return Account.objects.count(), Transfer.objects.count(), schemas

    before = count()

    run_table(TABLES / "two_phase.txt")

    assert count() == before
    assert before[2] == 0


def test_the_command_prints_what_is_expected_and_what_came(tmp_path: Path) -> None:
    code, text = run(write(tmp_path, GOOD))

    assert code == 0
    assert "ok         6 transfer T1            expected created, got created\n" in text
    assert "expected 0 -7 0 0 _, got 0 -7 0 0 _\n" in text
    assert "expected not found, got not found\n" in text
    assert "6 lines as expected, 0 differ, 0 not mapped\n" in text


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ("_ created\ncommit create_t", "_ exists\ncommit create_t", "expected exists, got created"),
        ("A1 0 -7 0 0 _", "A1 0 -8 0 0 _", "expected 0 -8 0 0 _, got 0 -7 0 0 _"),
        ("A1 0 -7 0 0 _", "A1 0 -7 0 0 CLSD", "expected 0 -7 0 0 CLSD, got 0 -7 0 0 _"),
        ("A1 0 -7 0 0 _", "A1 _", "expected not found, got 0 -7 0 0 _"),
        ("lookup_account A3 _", "lookup_account A3 0 0 0 0 _", "expected 0 0 0 0 _, got not found"),
        ("amount -7", "amount 7", "expected amount 7, got amount -7"),
        ("amount -7", "exists false", "expected exists false, got exists true"),
    ],
)
def test_a_difference_ends_with_1_and_is_marked(
    tmp_path: Path, line: str, wrong: str, told: str
) -> None:
    assert line in GOOD

    code, text = run(TABLES / "chains.txt", write(tmp_path, GOOD.replace(line, wrong)))

    assert code == 1
    assert f"{told}\n" in next(one for one in text.splitlines(True) if one.startswith("DIFFER"))
    assert "5 lines as expected, 1 differ, 0 not mapped\n" in text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("query A1", "there is no such kind of line here"),
        ("commit query_accounts", "there is no such operation here"),
        ("setup A9 0 0 0 0", "there is no account A9"),
        ("setup A1 0 0 0", "it has 5 fields instead of 6"),
        ("tick 3 fortnights", "3 fortnights is no span of time"),
        ("tick 107000 days", "it leads back, or past the end of time"),
        ("tick -200000 days", "it leads back, or past the end of time"),
        (
            "lookup_transfer T1 flags 1\ncommit lookup_transfers",
            "it says neither `exists` nor `amount` nor `timestamp`",
        ),
        ("lookup_account A1 0 0 0 0 _", "no commit follows"),
    ],
)
def test_a_line_that_is_not_mapped_is_counted_and_named(
    tmp_path: Path, line: str, reason: str
) -> None:
    code, text = run(write(tmp_path, f"{GOOD}{line}\n"))

    assert code == 0
    assert f"not mapped: {reason}\n" in text
    assert "6 lines as expected, 0 differ, 1 not mapped\n" in text


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (str(2**100), "is more than our books can count and not near the largest"),
        ("much", "is no number"),
    ],
)
def test_an_amount_that_cannot_be_mapped_is_named(tmp_path: Path, amount: str, reason: str) -> None:
    code, text = run(
        write(tmp_path, GOOD.replace("transfer T1 A1 A2 -7", f"transfer T1 A1 A2 {amount}"))
    )

    assert code == 1
    assert f"not mapped: {amount} {reason}\n" in text


def test_the_largest_amount_may_be_written_out(tmp_path: Path) -> None:
    code, text = run(write(tmp_path, GOOD.replace("A1 A2 -7", f"A1 A2 {2**128 - 8}")))

    assert (code, "6 lines as expected" in text) == (0, True)


def test_a_field_that_is_too_large_for_its_type_is_named(tmp_path: Path) -> None:
    code, text = run(
        write(tmp_path, GOOD.replace("L1 C1 _ _ _ _ _ _ _ _ _ _ _", "L1 C65536 " + "_ " * 11))
    )

    assert code == 1
    assert "not mapped: C65536 is more than 16 bits hold\n" in text


def test_an_operation_on_nothing_is_a_table(tmp_path: Path) -> None:
    code, text = run(write(tmp_path, "commit create_transfers\n"))

    assert (code, text.splitlines()[-1]) == (0, "0 lines as expected, 0 differ, 0 not mapped")


@pytest.mark.parametrize("text", ["", "# nothing\n", "hello world\n"])
def test_a_file_without_a_line_to_run_ends_with_2(tmp_path: Path, text: str) -> None:
    code, told = run(write(tmp_path, text))

    assert code == 2
    assert "has no line that could be run." in told


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    code, told = run(tmp_path / "none.txt")

    assert code == 2
    assert "cannot be read" in told
