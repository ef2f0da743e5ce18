"""The sandbox's banks alone: what they keep, and what can go wrong with them."""

import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.banking import ROOT, Banks

TERMS: dict[str, Any] = {"number": "n-1", "direction": "in", "amount": 500, "currency": "CNY"}
LINE = ("n-1", "in", 500, "CNY")


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sandbox.banks", *arguments], cwd=ROOT, env=environment,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def talk(banks: Banks, body: bytes) -> bytes:
    """Return every byte that comes back over a connection until it is closed."""
    with socket.create_connection(("127.0.0.1", banks.port), timeout=20) as line:
        line.sendall(
            b"POST /channels/harbour/payments HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )
        return b"".join(iter(lambda: line.recv(4096), b""))


def test_the_same_number_again_gives_the_same_answer_and_moves_money_once(banks: Banks) -> None:
    status, first = banks.pay("harbour", **TERMS)
    again = banks.pay("harbour", **TERMS)

    assert (status, first["status"], first["reason"]) == (200, "done", "")
    assert again == (200, first)
    assert banks.lines("harbour") == [LINE]
    assert banks.lines("lantern") == []


def test_one_number_at_once_moves_money_once(banks: Banks) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: banks.pay("harbour", **TERMS), range(48)))

    assert [answer for answer in answers if answer != answers[0]] == []
    assert banks.lines("harbour") == [LINE]


def test_a_number_with_other_terms_is_refused(banks: Banks) -> None:
    banks.pay("harbour", **TERMS)

    answer = banks.pay("harbour", **TERMS | {"amount": 501})

    error = {"error": "the number was used for another payment", "taken": True}
    assert answer == (409, error)
    assert banks.lines("harbour") == [LINE]


def test_books_survive_a_crash(banks: Banks) -> None:
    _, first = banks.pay("harbour", **TERMS)

    banks.kill()
    banks.start()

    assert banks.ask("GET", "/channels/harbour/payments/n-1") == (200, first)
    assert banks.pay("harbour", **TERMS) == (200, first)
    assert banks.lines("harbour") == [LINE]


def test_a_refusal_is_kept_under_its_number(banks: Banks) -> None:
    banks.set("harbour", fault="refuse", times=1)

    _, first = banks.pay("harbour", **TERMS)

    assert (first["status"], first["reason"]) == ("refused", "refused by the bank")
    assert banks.show("harbour")["fault"] == "none"
    assert banks.pay("harbour", **TERMS) == (200, first)
    assert banks.lines("harbour") == []


def test_a_channel_that_is_down_takes_nothing(banks: Banks) -> None:
    banks.set("harbour", fault="down")

    assert banks.pay("harbour", **TERMS) == (503, {"error": "down", "taken": False})
    assert banks.lines("harbour") == []


@pytest.mark.parametrize(("fault", "booked"), [("lose", [LINE]), ("hang", [])])
def test_a_lost_answer_was_booked_and_a_hanging_one_was_not(
    banks: Banks, fault: str, booked: list[Any]
) -> None:
    banks.set("harbour", fault=fault, seconds=0)

    assert talk(banks, str(TERMS).replace("'", '"').encode()) == b""
    assert banks.lines("harbour") == booked


def test_an_answer_may_come_twice(banks: Banks) -> None:
    banks.set("harbour", fault="twice")

    heard = talk(banks, str(TERMS).replace("'", '"').encode())

    assert heard.count(b"200 OK") == 2
    assert banks.lines("harbour") == [LINE]


def test_more_than_its_capacity_is_refused_as_busy(banks: Banks) -> None:
    banks.set("harbour", capacity=0)

    assert banks.pay("harbour", **TERMS) == (503, {"error": "busy", "taken": False})
    assert banks.pay("lantern", **TERMS)[1]["status"] == "done"
    assert banks.lines("harbour") == []


def test_a_fault_hits_as_many_payments_as_were_said(banks: Banks) -> None:
    banks.set("harbour", fault="down", times=2)

    statuses = [banks.pay("harbour", **TERMS)[0] for _ in range(3)]

    assert statuses == [503, 503, 200]


@pytest.mark.parametrize(
    "fields", [{"fault": "fire"}, {"capacity": -1}, {"latency_ms": True}, {"colour": 1}]
)
def test_a_setting_that_makes_no_sense_changes_nothing(banks: Banks, fields: Any) -> None:
    before = banks.show("harbour")

    status, _ = banks.ask("PUT", "/admin/channels/harbour", {"seconds": 5, **fields})

    assert status == 400
    assert banks.show("harbour") == before


@pytest.mark.parametrize(
    "terms",
    [{"amount": 0}, {"amount": 1.0}, {"number": "a b"}, {"direction": "up"}, {"currency": "cny"}],
)
def test_terms_that_make_no_sense_are_not_booked(banks: Banks, terms: Any) -> None:
    status, answer = banks.pay("harbour", **TERMS | terms)

    assert (status, answer["taken"]) == (400, False)
    assert banks.lines("harbour") == []


def test_a_page_in_a_browser_is_not_served(banks: Banks) -> None:
    address = f"{banks.url}/admin/channels"
    request = urllib.request.Request(address, headers={"Origin": "http://evil.example"})

    with pytest.raises(HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=20)

    assert refusal.value.code == 403


def test_production_refuses_it(tmp_path: Path) -> None:
    done = run("serve", "--port", "1", "--data", str(tmp_path), KITH_ENV="production")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("banks: these banks give any amount; production does without them.\n")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_sets_shows_and_forges(banks: Banks) -> None:
    there = ("--url", banks.url)
    done = run("set", "harbour", "--fault", "late", "--times", "3", "--latency-ms", "5", *there)
    assert done.returncode == 0, done.stderr
    shown = banks.show("harbour")
    assert (shown["fault"], shown["times"], shown["latency_ms"]) == ("late", 3, 5)
    banks.pay("lantern", **TERMS)

    done = run("forge", "lantern", "n-1", "--amount", "7", *there)

    assert done.returncode == 0, done.stderr
    assert banks.lines("lantern") == [("n-1", "in", 7, "CNY")]
    done = run("set", "mattress", "--capacity", "1", *there)
    assert (done.returncode, done.stderr) == (1, "banks: there is no such channel.\n")


def test_help_names_every_fault() -> None:
    done = run("--help")

    assert done.returncode == 0
    for fault in ("none", "refuse", "down", "hang", "late", "lose", "twice"):
        assert f"\n  {fault:8}" in done.stdout
