"""What keeps a lab from being opened is told in one sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines.instance import Instance
from config.lab.__main__ import main

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An instance that looks as if it had a database, which nobody will ask."""
    monkeypatch.setenv("KITH_DATA", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    made = Instance(tmp_path)
    made.prepare()
    return made


def run(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.lab"], cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_where_nothing_was_ever_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "none"
    monkeypatch.setenv("KITH_DATA", str(data))

    code = main([])

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err == (
        f"lab | There is no database in {data} yet; `make up` makes one, and KITH_DATA names"
        " another folder.\n"
    )
    assert not data.exists()


@pytest.mark.parametrize("option", ["--bolt", "--http"])
def test_a_port_that_is_taken(
    option: str, instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code = main([option, str(port)])

    said = f"Port {port} is taken by another program; choose another with {option}."
    assert (code, capsys.readouterr().err) == (1, f"lab | {said}\n")
    assert not (instance.data / "lab").exists()


def test_the_same_port_twice(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--bolt", "7687", "--http", "7687"])

    assert end.value.code == 2
    assert "--bolt and --http must be two ports" in capsys.readouterr().err


def test_a_lab_that_is_open_already(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    (instance.data / "lab").mkdir()
    other = instance.use("lab")
    assert other.take_alone()

    code = main([])

    other.leave()
    said = f"A lab is open in {instance.data} already; end it with Ctrl-C first."
    assert (code, capsys.readouterr().err) == (1, f"lab | {said}\n")
    # It is another one's.
    assert (instance.data / "lab").exists()


def test_a_database_without_tables() -> None:
    # The one beside that of the tests: made with the engine, and never filled.
    url = Instance.current().url_of("postgres")

    ran = run(DATABASE_URL=url)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1].startswith(
        "lab | The database is empty or of another version; `make up` brings it up to date ("
    )


def test_a_database_that_does_not_answer() -> None:
    ran = run(DATABASE_URL="postgres://kith:kith@127.0.0.1:1/kith")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1].startswith("lab | PostgreSQL cannot be read: ")
    assert not (Instance.current().data / "lab").exists()
