"""Reading AMLSim's folders, and the command that measures the detectors on them."""

import csv
import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from graph.risk.amlsim import BadFolder, read_folder
from graph.risk.detectors.transfers import Transfer
from graph.risk.scores import score
from tests.graph.risk.detectors.worlds import BASE, make_world


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def evaluate(folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("evaluate_detectors", str(folder), *arguments, stdout=out)
    return out.getvalue()


def write_world(folder: Path, *, leak: str = "0") -> frozenset[str]:
    world = make_world(replace(BASE, people=800, hubs=6, rings=(("fan_in", 10),)), seed=11)
    accounts = sorted({a for one in world.transfers for a in (one.source, one.target)})
    with open(folder / "nodes.csv", "w") as file:
        file.write("nodeid,isFraud,init_balance,fraudStep\n")
        file.writelines(
            f"{account},{int(account in world.planted)},{leak},{leak}\n" for account in accounts
        )
    with gzip.open(folder / "transactions.csv.gz", "wt") as file:
        file.write("sourceNodeId,targetNodeId,value,time\n")
        for one in world.transfers:
            file.write(f"{one.source},{one.target},{one.amount / 100:.2f},{one.at}\n")
    return world.planted & set(accounts)


def test_the_sample_form_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        nodes="nodeid,isFraud,init_balance,fraudStep\n1,0,5.00,-1\n2,1,5.00,-1\n3,1,5.00,7\n",
        transactions="sourceNodeId,targetNodeId,value,time\n1,2,10.005,3\n2,2,0.99,4\n",
    )
    found = read_folder(tmp_path)
    assert found.transfers == [Transfer("1", "2", 1001, 3), Transfer("2", "2", 99, 4)]
    assert found.accounts == {"1", "2", "3"}
    assert found.labelled == {"2", "3"}


def test_other_names_orders_and_cases_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="IS_FRAUD,ACCOUNT_ID\ntrue,1\nFALSE,2\n",
        transactions="TX_ID,TIMESTAMP,tx_amount,RECEIVER_ACCOUNT_ID,SENDER_ACCOUNT_ID\n"
        "9,2017-01-03T00:00:00Z,7,2,1\n\n10,2017-01-04,7.5,1,2\n",
    )
    found = read_folder(tmp_path)
    assert found.transfers == [Transfer("1", "2", 700, 17169), Transfer("2", "1", 750, 17170)]
    assert found.labelled == {"1"}


@pytest.mark.parametrize("head", ["to,from,amount,time", "receiver_id,sender_id,value,step"])
def test_plain_names_of_columns_are_read_in_any_order(tmp_path: Path, head: str) -> None:
    write(tmp_path, transactions=f"{head}\n2,1,10.00,3\n")
    assert read_folder(tmp_path).transfers == [Transfer("1", "2", 1000, 3)]


def test_members_of_alerts_are_the_labels_where_accounts_have_none(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="acct_id,type\n1,SAV\n2,SAV\n3,SAV\n4,SAV\n",
        transactions="tran_id,orig_acct,bene_acct,base_amt,tran_timestamp\n0,1,2,5,4.0\n",
        alert_members="alertID,reason,clientID,isSAR\n0,fan_in,2,true\n0,fan_in,3,false\n",
    )
    assert read_folder(tmp_path).labelled == {"2"}
    (tmp_path / "alert_members.csv").unlink()
    assert read_folder(tmp_path).labelled is None
    write(tmp_path, alerts="ALERT_ID,SENDER_ACCOUNT_ID,RECEIVER_ACCOUNT_ID\n0,1,4\n")
    assert read_folder(tmp_path).labelled == {"1", "4"}


def test_accounts_that_label_nobody_leave_it_to_the_alerts(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="acct_id,prior_sar_count\n1,false\n2,false\n",
        transactions="orig_acct,bene_acct,base_amt,tran_timestamp\n1,2,5,4\n",
    )
    assert read_folder(tmp_path).labelled == set()
    write(tmp_path, alert_accounts="alert_id,acct_id,is_sar\n7,2,True\n")
    assert read_folder(tmp_path).labelled == {"2"}


def test_labelled_transfers_label_their_sides_where_nothing_else_says(tmp_path: Path) -> None:
    write(
        tmp_path,
        transactions="source,target,value,time,is_sar\n1,2,5,4,False\n2,3,5,4,True\n",
    )
    assert read_folder(tmp_path).labelled == {"2", "3"}
    write(tmp_path, nodes="nodeid,isFraud\n1,1\n2,0\n")
    assert read_folder(tmp_path).labelled == {"1"}


HEAD = "source,target,value,time\n"


@pytest.mark.parametrize(
    ("transactions", "sentence"),
    [
        ("source,target,time\n", None),
        (HEAD + "1,2,x,1\n", "transactions.csv, line 2: 'x' is no amount."),
        (HEAD + "1,2,-1,1\n", "transactions.csv, line 2: '-1' is no amount."),
        (HEAD + "1,2,nan,1\n", "transactions.csv, line 2: 'nan' is no amount."),
        (HEAD + "1,2,1,1\n1,2,1,soon\n", "transactions.csv, line 3: 'soon' is no time."),
        (HEAD + "1,2,1,inf\n", "transactions.csv, line 2: 'inf' is no time."),
        (HEAD + "1,2,1\n", "transactions.csv, line 2: 3 cells under 4 names."),
        (
            "source,target,time\n1,2,3\n",
            "transactions.csv, line 1: there is no column such as value or txamount.",
        ),
    ],
)
def test_what_is_malformed_is_named(
    tmp_path: Path, transactions: str, sentence: str | None
) -> None:
    write(tmp_path, transactions=transactions)
    if sentence is None:
        assert read_folder(tmp_path).transfers == []
        return
    with pytest.raises(BadFolder) as refused:
        read_folder(tmp_path)
    assert str(refused.value) == sentence


def test_a_label_that_is_none_a_missing_file_and_a_broken_archive_are_named(
    tmp_path: Path,
) -> None:
    with pytest.raises(CommandError, match=r"there is no transactions.csv"):
        evaluate(tmp_path)
    with pytest.raises(BadFolder, match="there is no such folder"):
        read_folder(tmp_path / "away")
    write(tmp_path, transactions=HEAD, nodes="nodeid,isFraud\n1,perhaps\n")
    with pytest.raises(BadFolder, match=r"nodes.csv, line 2: 'perhaps' is no label"):
        read_folder(tmp_path)
    (tmp_path / "transactions.csv").unlink()
    (tmp_path / "transactions.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(BadFolder, match=r"transactions.csv.gz: cannot be read"):
        read_folder(tmp_path)


def test_the_command_prints_the_same_numbers_as_table_and_json(tmp_path: Path) -> None:
    planted = write_world(tmp_path)
    answer = json.loads(evaluate(tmp_path, "--json", "--flagged", str(tmp_path / "f.csv")))
    rows = {row["detector"]: row for row in answer["detectors"]}
    with open(tmp_path / "f.csv") as file:
        flagged = {row["account"] for row in csv.DictReader(file)}
    reached = score(flagged, planted)
    assert answer["labelled"] == len(planted)
    assert rows["judgement"] == {
        "detector": "judgement", "flagged": len(flagged), "right": reached.right,
        "precision": round(reached.precision, 4), "recall": round(reached.recall, 4),
        "f1": round(reached.f1, 4),
    }  # fmt: skip
    assert reached.f1 > 0.75
    last = evaluate(tmp_path).splitlines()[-1].split()
    assert last[:3] == ["judgement", str(len(flagged)), str(reached.right)]
    assert last[5] == f"{reached.f1:.3f}"


def test_balances_times_of_frauds_and_labels_do_not_change_who_is_flagged(
    tmp_path: Path,
) -> None:
    write_world(tmp_path)
    evaluate(tmp_path, "--flagged", str(tmp_path / "one.csv"))
    write_world(tmp_path, leak="77")
    evaluate(tmp_path, "--flagged", str(tmp_path / "two.csv"))
    (tmp_path / "nodes.csv").unlink()
    said = evaluate(tmp_path, "--flagged", str(tmp_path / "three.csv"))
    one = (tmp_path / "one.csv").read_text()
    assert one.count("\n") > 20
    assert (tmp_path / "two.csv").read_text() == one
    assert (tmp_path / "three.csv").read_text() == one
    assert said.endswith("The folder has no labels, so nothing can be compared.\n")


def test_scores_of_nothing_are_nothing() -> None:
    nothing = score(frozenset(), frozenset())
    assert (nothing.precision, nothing.recall, nothing.f1) == (0, 0, 0)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write(tmp_path, transactions=HEAD + "1,2,1,1\n")
    with pytest.raises(CommandError, match="cannot be written"):
        evaluate(tmp_path, "--flagged", str(tmp_path / "no" / "f.csv"))


@pytest.mark.long
@pytest.mark.data
def test_the_labelled_set_is_judged_better_than_by_training_and_whatever_the_numbers(
    data: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = data("amlsim-20K_fanin200")
    answer = json.loads(evaluate(folder, "--json", "--flagged", str(tmp_path / "f.csv")))
    rows: dict[str, Any] = {row["detector"]: row for row in answer["detectors"]}
    # Gradient boosting on features of accounts reaches 0.781.
    assert rows["judgement"]["f1"] > 0.86
    assert rows["judgement"]["precision"] > 0.85
    assert rows["any"]["f1"] > 0.8
    new = _renumber(folder, tmp_path)
    evaluate(tmp_path, "--flagged", str(tmp_path / "g.csv"))
    flagged = (tmp_path / "f.csv").read_text().split()[1:]
    assert {new[account] for account in flagged} == set(
        (tmp_path / "g.csv").read_text().split()[1:]
    )


def _renumber(folder: Path, target: Path) -> dict[str, str]:
    numbers = [str(number) for number in range(20_000)]
    new = dict(zip(numbers, random.Random(12).sample(numbers, len(numbers)), strict=True))
    for name, columns in (("nodes", 1), ("transactions", 2)):
        with (
            gzip.open(folder / f"{name}.csv.gz", "rt") as source,
            open(target / f"{name}.csv", "w") as renamed,
        ):
            renamed.write(next(source))
            for line in source:
                cells = line.split(",")
                renamed.write(
                    ",".join([*(new[cell] for cell in cells[:columns]), *cells[columns:]])
                )
    return new
