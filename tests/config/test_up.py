"""`make up` as a person has it: what it says, what it survives, and that it leaves nothing."""

import json
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.engines.instance import Instance
from config.engines.neo4j import Neo4j
from config.engines.ports import is_free
from config.engines.processes import is_alive
from tests.instances import Up

pytestmark = [pytest.mark.long, pytest.mark.timeout(280)]

SERVICES = ("postgres", "valkey", "neo4j", "banks", "web", "worker", "beat")


@pytest.fixture(scope="module")
def make_instance() -> Iterator[Callable[[], Up]]:
    """Return a function that gives an instance which nobody has started yet."""
    made: list[Up] = []
    # Not in pytest's folder: the next run that begins beside this one closes that to the user as
    # which PostgreSQL runs.
    with tempfile.TemporaryDirectory(prefix="kith-up-") as folder:

        def make() -> Up:
            made.append(Up(Path(folder) / f"{len(made)}"))
            return made[-1]

        yield make
        for up in made:
            up.stop()


@pytest.fixture(scope="module")
def running(make_instance: Callable[[], Up]) -> Up:
    """Return an instance that runs while the tests of this file do."""
    up = make_instance()
    up.start()
    return up


def answers(up: Up) -> bool:
    try:
        with urllib.request.urlopen(f"{up.url}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def room_of(up: Up, token: str) -> str:
    room: str = up.call("room.list", token)["rooms"][0]["room"]
    return room


def texts(up: Up, token: str, room: str) -> list[str]:
    messages = up.call("room.history", token, room=room)["messages"]
    return [message["text"] for message in messages]


def sentences(lines: list[str]) -> list[str]:
    """Return what it said as itself, besides that it stops."""
    said = [line.partition("kith | ")[2] for line in lines if "kith | " in line]
    return [line for line in said if line not in ("stopping", "stopped")]


def test_ready_file_says_where_it_is_what_runs_and_who_can_log_in(running: Up) -> None:
    ready = running.ready()

    assert ready["url"] == running.url
    assert set(ready["pids"]) == set(SERVICES)
    assert all(is_alive(pid) for pid in ready["pids"].values())
    assert len(ready["logins"]) >= 2
    for login in ready["logins"][:2]:
        assert f"Log in as {login['username']}, password {login['password']}" in running.output
    assert running.log_in()


@pytest.mark.parametrize("service", SERVICES)
def test_killed_service_is_started_again_and_all_of_it_answers(running: Up, service: str) -> None:
    token = running.log_in()
    room = room_of(running, token)

    running.kill(service)

    assert f"{service} | died (exit code -9); starts again in" in running.output
    running.wait_until(lambda: answers(running), 60, "it answers")
    running.call("message.send", token, room=room, text=f"{service} was away")
    assert texts(running, token, room)[0] == f"{service} was away"
    assert set(running.ready()["pids"]) == set(SERVICES)


def test_command_finds_the_running_instance_and_leaves_it_alone(running: Up) -> None:
    pids = running.ready()["pids"]

    done = running.manage("check_ledger")

    assert (done.returncode, done.stderr) == (0, "")
    assert running.ready()["pids"] == pids
    assert [name for name, pid in pids.items() if not is_alive(pid)] == []


def test_taken_port_is_one_clear_sentence(running: Up, make_instance: Callable[[], Up]) -> None:
    other = make_instance()
    other.port = running.port

    code, lines = other.fail_to_start()

    assert code != 0
    assert sentences(lines) == [
        f"Port {running.port} is taken by another program; choose another with PORT, such as"
        f" `make up PORT={running.port + 1}`."
    ]
    assert "Traceback" not in other.output
    assert other.processes() == {}
    assert answers(running)


def test_port_that_is_none_is_one_clear_sentence(make_instance: Callable[[], Up]) -> None:
    up = make_instance()
    up.port = 65536

    code, lines = up.fail_to_start()

    assert code != 0
    assert sentences(lines) == ["PORT is 65536; a port is a number from 1 to 65535."]
    assert "Traceback" not in up.output
    assert not up.data.exists()


def test_password_of_neo4j_may_begin_with_a_dash(tmp_path: Path) -> None:
    Instance(tmp_path).prepare()
    settings = json.loads((tmp_path / "engines.json").read_text())
    settings["neo4j"]["password"] = "-x-and-so-on"
    (tmp_path / "engines.json").write_text(json.dumps(settings))

    Neo4j().prepare(Instance(tmp_path), print)

    assert (tmp_path / "neo4j" / "data" / "dbms" / "auth.ini").exists()


def test_taken_folder_is_one_clear_sentence(running: Up) -> None:
    pids = running.ready()["pids"]
    rival = Up(running.data, output_file=running.data.with_name("rival.out"))

    code, lines = rival.fail_to_start()

    assert code != 0
    assert sentences(lines) == [
        f"An instance already runs in {running.data}; stop it, or choose another folder with"
        " KITH_DATA."
    ]
    assert "Traceback" not in rival.output
    assert running.ready()["pids"] == pids
    assert answers(running)


def test_two_run_side_by_side_and_ctrl_c_leaves_nothing_of_one(
    running: Up, make_instance: Callable[[], Up]
) -> None:
    second = make_instance()
    second.start()
    first_token, token = running.log_in(), second.log_in()
    room = room_of(second, token)
    second.call("message.send", token, room=room, text="only here")
    assert "only here" not in texts(running, first_token, room_of(running, first_token))

    second.press_ctrl_c()

    assert second.processes() == {}
    assert is_free(second.port)
    assert not (second.data / "ready.json").exists()
    assert answers(running)

    # A command starts what it needs, and takes it away again.
    done = second.manage("check_ledger")
    assert done.returncode == 0, done.stderr
    assert second.processes() == {}

    # What was said is still there at the second start.
    second.start()
    token = second.log_in()
    assert texts(second, token, room)[0] == "only here"
    second.press_ctrl_c()
    assert second.processes() == {}
