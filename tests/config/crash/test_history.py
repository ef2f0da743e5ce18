"""The history that the crash test records is one that check_history judges."""

import asyncio
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.crash.history import CAPITAL, History, Reader, spoil
from config.engines.ports import find_free_port
from tests.config.crash.conftest import World


def check(path: Path) -> str:
    out = StringIO()
    call_command("check_history", str(path), "--total", str(CAPITAL), stdout=out)
    return out.getvalue()


@pytest.mark.long
def test_a_history_of_real_payments_is_accepted(world: World) -> None:
    operations = [json.loads(line) for line in world.history.read_text().splitlines()]
    transfers = [one for one in operations if (one["f"], one["type"]) == ("transfer", "ok")]
    assert len(transfers) >= 24
    reads = [one for one in operations if (one["f"], one["type"]) == ("read", "ok")]
    assert len(reads) == 24
    # People are accounts 0 to 5, the last one is all that is nobody's.
    assert all(list(read["value"]) == ["0", "1", "2", "3", "4", "5", "6"] for read in reads)
    # Each read is the one before with what was paid between the two.
    state = {int(name): balance for name, balance in reads[0]["value"].items()}
    for one in operations[operations.index(reads[0]) + 1 :]:
        if one in transfers:
            state[one["value"]["from"]] -= one["value"]["amount"]
            state[one["value"]["to"]] += one["value"]["amount"]
        elif one in reads:
            assert one["value"] == {str(name): balance for name, balance in state.items()}

    assert f"{len(reads)} good reads, {len(transfers)} transfers" in check(world.history)


@pytest.mark.long
def test_a_copy_with_one_fen_more_is_refused(world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    spoil(world.history, copy)

    with pytest.raises(CommandError, match=f"sums to {CAPITAL + 1} instead of {CAPITAL}") as caught:
        check(copy)

    assert caught.value.returncode == 1


@pytest.mark.long
def test_a_copy_in_which_a_payment_failed_is_refused(world: World, tmp_path: Path) -> None:
    lines = world.history.read_text().splitlines()
    operations = [json.loads(line) for line in lines]
    first = next(place for place, one in enumerate(operations) if one["value"] and place > 1)
    place = next(
        place
        for place, one in enumerate(operations)
        if place > first and (one["f"], one["type"]) == ("transfer", "ok")
        and any(read["f"] == "read" for read in operations[:place])
    )  # fmt: skip
    operations[place]["type"] = "fail"
    copy = tmp_path / "copy.jsonl"
    copy.write_text("\n".join(json.dumps(one) for one in operations))

    with pytest.raises(CommandError, match="which failed") as caught:
        check(copy)

    assert caught.value.returncode == 1


def test_a_read_fails_while_the_database_is_away(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "history.jsonl"
    with History(file, ["ann"]) as history:
        reader = Reader(history, f"postgres://127.0.0.1:{find_free_port()}/kith", seed=1)
        asyncio.run(reader.read_once())

    operations = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(one["type"], one["f"]) for one in operations] == [("invoke", "read"), ("fail", "read")]


def test_what_nobody_owns_is_one_account(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl", ["ann", "bo"])

    assert history.sum_up({"bo": 5, None: -8, "stranger": 3}) == {"0": 0, "1": 5, "2": CAPITAL - 5}
