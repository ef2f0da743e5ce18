"""The whole crash test once, with fewer kills, and what its command line refuses."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instances import ROOT


def run(folder: Path, *options: str, seconds: float) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.crash", *options],
        cwd=ROOT, env=os.environ | {"KITH_DATA": str(folder)}, capture_output=True, text=True,
        timeout=seconds, check=False,
    )  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder outside of pytest's, which the next run that begins beside this one closes to
    the user as which PostgreSQL runs; a killed one could not start again.
    """
    with tempfile.TemporaryDirectory(prefix="kith-crash-") as name:
        yield Path(name)


def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "--kills", "-1", seconds=60)

    assert done.returncode == 2
    assert "invalid number from 0 to 1,000 value: '-1'" in done.stderr


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_law_holds_after_kills(folder: Path) -> None:
    done = run(folder, "--kills", "12", "--seed", "2", "--people", "12", seconds=880)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "acknowledged commands are there once after 12 kills, and all 12 laws hold." in (
        done.stdout
    )
    # Nothing is left but the history.
    assert [path.name for path in folder.iterdir()] == ["crash.jsonl"]
    lines = (folder / "crash.jsonl").read_text().splitlines()
    kinds = {(json.loads(line)["f"], json.loads(line)["type"]) for line in lines}
    assert {("transfer", "invoke"), ("transfer", "ok"), ("read", "ok"), ("read", "fail")} <= kinds
