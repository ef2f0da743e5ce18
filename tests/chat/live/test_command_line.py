"""`python -m chat.client` as somebody types it."""

import json
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.service import PASSWORD, ROOT, Service, Someone


def type_in(login: Path, *words: str, typed: str = "") -> tuple[int, str, str]:
    """Run one command line; return its exit code and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "chat.client", "--login", str(login), *words],
        cwd=ROOT, input=typed, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def ann(service: Service) -> Someone:
    return service.sign_up("Ann", funds=10_000)


@pytest.fixture
def login(service: Service, ann: Someone, tmp_path: Path) -> Path:
    """Return the file of Ann's log-in."""
    file = tmp_path / "login.json"
    code, out, _ = type_in(
        file, "login", ann.username, "--url", service.url, typed=f"{PASSWORD}\n"
    )  # fmt: skip
    assert (code, out) == (0, f"{ann.username} is logged in; {file} keeps the token\n")
    return file


def test_a_log_in_is_kept_from_others_and_taken_back(login: Path):
    assert login.stat().st_mode & 0o077 == 0
    kept = login.read_text()

    assert type_in(login, "logout") == (0, "", "")

    assert not login.exists()
    assert type_in(login, "rooms")[2].startswith("kith: Nobody is logged in;")
    login.write_text(kept)
    assert type_in(login, "rooms")[2] == "kith: The service closed the socket with 4401.\n"


def test_a_wrong_password_and_a_wrong_address_are_one_sentence(service: Service, tmp_path: Path):
    file = tmp_path / "login.json"
    code, _, err = type_in(file, "login", "nobody", "--url", service.url, typed="x\n")
    assert (code, err) == (1, "kith: The username or the password is wrong.\n")
    code, _, err = type_in(file, "login", "nobody", "--url", "http://127.0.0.1:9", typed="x\n")
    assert (code, err) == (1, "kith: No Kith answers at http://127.0.0.1:9.\n")
    assert not file.exists()


def test_talking_in_a_room_by_its_name(service: Service, ann: Someone, login: Path):
    bea = service.sign_up("Bea Moreau")
    ann.befriend(bea)
    room = ann.make_group("Flat 4B", bea)
    bea.say(room, "who bought rice?")

    assert type_in(login, "rooms")[1] == f"{room}  Flat 4B  1 unread\n"
    assert type_in(login, "read", "Flat 4B")[1] == "#3 Bea Moreau: who bought rice?\n"
    assert type_in(login, "say", "Flat 4B", "me")[1] == "#4\n"
    assert type_in(login, "say", room, "-", typed="one\n\ntwo\n")[1] == "#5\n#6\n"
    code, _, err = type_in(login, "say", "Flat", "hello")
    assert (code, err) == (1, "kith: No room of yours is called Flat; `rooms` lists them.\n")


def test_money_leaves_only_after_a_yes(service: Service, ann: Someone, login: Path):
    bea = service.sign_up("Bea Moreau")

    code, out, _ = type_in(login, "pay", f"@{bea.username}", "12.50", typed="n\n")
    assert code == 1
    assert out == f"Offer ¥12.50 to Bea Moreau (@{bea.username})? [y/N] "
    code, out, _ = type_in(login, "pay", bea.username, "12.50", "--yes", "--note", "rice")
    assert (code, out.split()[1]) == (0, "pending")

    (account,) = ann.call("wallet.get")["accounts"]
    assert (account["balance"], account["held"]) == (10_000, 1_250)
    for amount in ("0", "-3", "1.005", "abc", "NaN"):
        code, _, err = type_in(login, "pay", bea.username, "--yes", "--", amount)
        assert (code, err) == (1, f"kith: {amount} is no amount; one looks like 12.50.\n")


def test_any_command_by_its_name(login: Path, ann: Someone):
    command_id = str(uuid.uuid4())
    words = ("call", "--id", command_id, "wallet.top_up", "amount=500", "channel=sandbox")
    first = json.loads(type_in(login, *words)[1])
    again = json.loads(type_in(login, *words)[1])
    assert again == first | {"replayed": True}
    assert ann.balance() == 10_500

    code, _, err = type_in(login, "call", "room.get", f"room={ann.id}")
    assert (code, err) == (1, "kith: room.not_found: There is no such room.\n")


def test_following_prints_events_as_they_come(service: Service, ann: Someone, login: Path):
    bea = service.sign_up("Bea Moreau")
    ann.befriend(bea)
    room = ann.make_group("Flat 4B", bea)
    following = subprocess.Popen(
        [sys.executable, "-m", "chat.client", "--login", str(login), "follow", "Flat 4B"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert following.stderr is not None
        assert following.stderr.readline() == "listening; Ctrl-C ends it\n"
        bea.say(room, "hello")
        assert following.stdout is not None
        assert following.stdout.readline().split(" ", 1)[1] == "Flat 4B #3 Bea Moreau: hello\n"
    finally:
        following.terminate()
        following.wait(10)
