"""Loading a snapshot: what is malformed is refused by its line, and half of one never answers."""

import gzip
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from neo4j import Driver

from graph.risk.snapshots import loading
from graph.risk.snapshots.loading import LostRows, NoSnapshot, count_all, require_snapshot
from graph.risk.snapshots.reading import BadSnapshot, read_amount, read_moment, read_snapshot
from tests.graph.risk.made import MadeWorld, write_snapshot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a snapshot of two worlds."""
    return write_snapshot(tmp_path / "snapshot", [MadeWorld(1), MadeWorld(2)])


def change(folder: Path, name: str, old: str, new: str, *, count: int = 1) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, count))


@pytest.mark.parametrize(
    ("cell", "milliseconds"),
    [
        ("2020-06-29 02:33:46.06", 1593398026060),
        ("2020-06-29 02:33:46.5", 1593398026500),
        ("2020-06-29 02:33:46.538", 1593398026538),
        ("2020-06-29 02:33:46", 1593398026000),
        ("2020-06-29T02:33:46.06Z", 1593398026060),
        ("2020-06-29 10:33:46.06+08:00", 1593398026060),
        ("1593398026060", 1593398026060),
    ],
)
def test_a_time_is_read_in_any_form(cell: str, milliseconds: int) -> None:
    assert read_moment(cell) == milliseconds


@pytest.mark.parametrize(
    ("cell", "thousandths", "rest"),
    [
        ("17693696.989343166", 17693696989, 3431660000000),
        ("0.0005", 0, 5000000000000),
        ("10", 10000, 0),
        ("1.396555514267633e-05", 0, 139655551427),
        ("999999999999999.9999999999999999", 999999999999999999, 9999999999999),
    ],
)
def test_an_amount_is_kept_exactly(cell: str, thousandths: int, rest: int) -> None:
    assert read_amount(cell) == {
        "amount": float(cell), "amount_thousandths": thousandths, "amount_rest": rest,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("Person.csv", "|false|", "|perhaps|", "line 2: isBlocked 'perhaps' is not true"),
        ("Person.csv", "|false|", "|", "Person.csv, line 2: 3 columns instead of 4."),
        ("Person.csv", "personName", "name", "Person.csv, line 1: there is no column personName."),
        ("Account.csv", "2022-01-01 00:00:00", "soon", "line 2: createTime 'soon' is"),
        ("Account.csv", "2022-01-01 00:00:00", "99999999999999999", "is not a time"),
        ("Medium.csv", "\n", "\nx|WIFI|true|0\n", "Medium.csv, line 2: mediumId 'x' is not an id."),
        ("Medium.csv", "\n", "\n9223372036854775808|W|true|0\n", "is not an id"),
        ("Loan.csv", "\n", "\n1|-1|0|0\n", "Loan.csv, line 2: loanAmount '-1' is not a number."),
        ("Loan.csv", "\n", "\n1|NaN|0|0\n", "Loan.csv, line 2: loanAmount 'NaN' is not a number."),
        ("Loan.csv", "\n", "\n7|1|1|0\n7|1|1|0\n", "Loan.csv, line 3: 7 is there already."),
        ("AccountRepayLoan.csv", "\n", "\n77|2001|1|0\n", "line 2: there is no account 77."),
        ("MediumSignInAccount.csv", "\n", "\n77|2001|0\n", "there is no device 77."),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused_by_file_and_line(
    folder: Path, name: str, old: str, new: str, told: str
) -> None:
    change(folder, name, old, new)

    with pytest.raises(BadSnapshot) as caught:
        read_snapshot(folder)

    assert told in str(caught.value)


def test_files_that_are_not_there_or_not_readable_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "Loan.csv").unlink()
    with pytest.raises(BadSnapshot, match=r"has no Loan \(\.csv or \.csv\.gz\)"):
        read_snapshot(folder)

    (folder / "Loan.csv.gz").write_bytes(b"this was never packed")
    with pytest.raises(BadSnapshot, match=r"Loan\.csv\.gz: cannot be read"):
        read_snapshot(folder)

    (folder / "Loan.csv.gz").write_bytes(gzip.compress(b"loanId|loanAmount\n" * 9)[:-5])
    with pytest.raises(BadSnapshot, match=r"Loan\.csv\.gz"):
        read_snapshot(folder)

    (folder / "Loan.csv.gz").write_bytes(gzip.compress(b"\xff\xfe"))
    with pytest.raises(BadSnapshot, match=r"Loan\.csv\.gz, line 1: 'utf-8'"):
        read_snapshot(folder)

    with pytest.raises(BadSnapshot, match="is no folder"):
        read_snapshot(tmp_path / "elsewhere")


def test_the_other_form_is_the_same_snapshot(folder: Path, tmp_path: Path) -> None:
    """Packed, times as milliseconds, the type's column spelled right, columns in another order."""
    other = tmp_path / "other"
    other.mkdir()
    for file in folder.iterdir():
        head, *lines = file.read_text().splitlines()
        columns = head.replace("accoutType", "accountType").split("|")
        rows = [dict(zip(columns, line.split("|"), strict=True)) for line in lines]
        for row in rows:
            row["createTime"] = str(read_moment(row["createTime"]))
        turned = ["|".join(reversed(columns))]
        turned += ["|".join(row[column] for column in reversed(columns)) for row in rows]
        (other / f"{file.name}.gz").write_bytes(gzip.compress("\r\n".join(turned).encode()))

    assert read_snapshot(other) == read_snapshot(folder)


def test_owners_who_are_missing_are_made_up(folder: Path) -> None:
    people = (folder / "Person.csv").read_text().splitlines()
    gone = people.pop(1).partition("|")[0]
    (folder / "Person.csv").write_text("\n".join(people) + "\n")
    change(folder, "PersonOwnAccount.csv", "\n", f"\n{gone}|3000|0\n")

    made_up = read_snapshot(folder).made_up["Person"]

    assert {"id": int(gone)} in made_up
    assert made_up == sorted(made_up, key=lambda row: row["id"])


def load(folder: Path) -> str:
    out = StringIO()
    call_command("import_finbench", str(folder), stdout=out)
    return out.getvalue()


def test_a_snapshot_takes_the_place_of_the_one_before(
    finbench: Driver, folder: Path, tmp_path: Path
) -> None:
    load(write_snapshot(tmp_path / "former", [MadeWorld(3)]))

    told = load(folder)
    once = count_all(finbench)
    load(folder)

    transfers = len((folder / "AccountTransferAccount.csv").read_text().splitlines()) - 1
    assert f"AccountTransferAccount: {transfers:,} rows" in told
    assert once["TRANSFERRED"] == transfers
    assert count_all(finbench) == once
    assert require_snapshot(finbench) == str(folder.resolve())


def test_a_snapshot_that_is_malformed_changes_nothing(finbench: Driver, folder: Path) -> None:
    load(folder)
    before = count_all(finbench)
    change(folder, "Loan.csv", "\n", "\n1|a|b|c\n")

    with pytest.raises(CommandError, match=r"Loan\.csv, line 2: .* Nothing was changed\."):
        load(folder)

    assert count_all(finbench) == before
    require_snapshot(finbench)


def test_half_of_a_snapshot_never_answers(
    finbench: Driver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    genuine = loading._load

    def lose(driver: Any, statement: Any, name: str, rows: Any, progress: Any) -> int:
        if name == "LoanDepositAccount":
            raise LostRows("some are lost")
        return genuine(driver, statement, name, rows, progress)

    monkeypatch.setattr(loading, "_load", lose)
    with pytest.raises(CommandError, match="The graph holds no snapshot now: some are lost"):
        load(folder)

    with pytest.raises(NoSnapshot, match="import_finbench"):
        require_snapshot(finbench)
    with pytest.raises(CommandError, match="No snapshot is there as a whole"):
        call_command("risk", "TSR1", "--graph", "finbench", "--param", "id=1")


def test_rows_that_the_graph_does_not_take_are_noticed(finbench: Driver, folder: Path) -> None:
    snapshot = read_snapshot(folder)
    snapshot.rows["AccountTransferAccount"][0]["target"] = 77

    with pytest.raises(LostRows, match="AccountTransferAccount: the graph took"):
        loading.load_snapshot(finbench, snapshot, source="x", progress=lambda *_: None)
