"""Recorded rooms: which stretch of them is played, and the whole soak once, briefly."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.demo.script import ScriptProblem, read_script
from tests.instances import ROOT

START = datetime(2026, 1, 1, tzinfo=UTC)


def record(path: Path, minutes: list[float]) -> Path:
    """Write a room in which something is said at each of these minutes."""
    rows = [
        json.dumps(
            {
                "at": (START + timedelta(minutes=minute)).isoformat(),
                "author": f"author-{number % 3}",
                "text": f"text {number}",
            }
        )
        for number, minute in enumerate(minutes)
    ]
    text = "\n".join(rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["room.jsonl", "room.jsonl.gz"])
def test_of_a_recorded_room_the_busiest_stretch_is_read(tmp_path: Path, name: str) -> None:
    room = record(tmp_path / name, [0, 10, 60, 63, 64, 65, 200, 209])
    texts = [line.text for line in read_script(room, busiest=timedelta(minutes=10)).lines]
    assert texts == ["text 2", "text 3", "text 4", "text 5"]
    assert len(read_script(room).lines) == 8


def test_a_damaged_recording_is_said(tmp_path: Path) -> None:
    room = record(tmp_path / "room.jsonl.gz", [0, 1])
    room.write_bytes(room.read_bytes()[:-9])
    with pytest.raises(ScriptProblem, match="it is damaged"):
        read_script(room)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_record_is_whole_after_kills(tmp_path: Path) -> None:
    minutes = [number / 2 for number in range(300)]
    for name in ("one", "two"):
        record(tmp_path / f"{name}.jsonl.gz", minutes)
    done = subprocess.run(
        [sys.executable, "-m", "config.demo.soak", "--minutes", "0.5", "--speed", "300",
         "--rooms", str(tmp_path)],
        cwd=ROOT, env=os.environ | {"KITH_DATA": str(tmp_path)}, capture_output=True, text=True,
        timeout=800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "one: each of 3 clients heard every event, once, in order" in done.stdout
    assert list((tmp_path / "demo").glob("*")) == []
