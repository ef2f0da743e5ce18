"""Lines of rooms and channels: each has a bound of its own."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import AsyncRequestFactory

from chat.doors import pool as pools
from chat.doors.http import run_command
from chat.doors.lines import BOUNDS, Lines, asks_bank, find_line, stand_in_line
from commands.errors import Busy
from commands.registry import Registration, get_registration, list_registrations
from graph.people.services import issue_token
from tests.people import make_group, make_people


def test_a_line_has_a_most_and_the_others_do_not_mind() -> None:
    lines = Lines()
    with lines.wait_in("a", most=2), lines.wait_in("a", most=2):
        with pytest.raises(Busy) as busy, lines.wait_in("a", most=2):
            raise AssertionError("There were three.")
        assert busy.value.retry_after_ms == 500
        with lines.wait_in("b", most=2):
            pass
    with lines.wait_in("a", most=1):
        pass


def test_who_fails_leaves_the_line_too() -> None:
    lines = Lines()
    with pytest.raises(ValueError, match="no"), lines.wait_in("a", most=1):
        raise ValueError("no")
    with lines.wait_in("a", most=1):
        pass


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"room": "r", "text": "t"}, ("room", "r")),
        ({"channel": "c", "amount": 1}, ("channel", "c")),
        ({"text": "t"}, None),
        ({"room": 5}, None),
        ({"room": None, "channel": "c"}, ("channel", "c")),
        ({"sources": [{"balance": 2}, {"channel": "c", "amount": 1}]}, ("channel", "c")),
        ({"sources": [{"balance": 2}, {"voucher": "v"}, {"channel": 5}, "channel"]}, None),
        ({"sources": None}, None),
        ({"sources": "channel"}, None),
    ],
)
def test_a_command_waits_for_its_room_or_its_channel(
    fields: Mapping[str, Any], line: tuple[str, str] | None
) -> None:
    assert find_line(fields) == line


@pytest.mark.parametrize("name", ["room", "channel"])
def test_so_many_wait_for_one_room_or_channel_and_no_more(name: str) -> None:
    fields = {name: str(uuid4())}
    write, read = get_registration("message.send"), get_registration("room.sync")

    async def fill() -> list[bool]:
        gate = asyncio.Event()

        async def wait(one: Mapping[str, Any], registration: Registration = write) -> bool:
            try:
                with stand_in_line(registration, one):
                    await gate.wait()
            except Busy:
                return False
            return True

        tasks = [asyncio.ensure_future(wait(fields)) for _ in range(BOUNDS[name] + 1)]
        tasks.append(asyncio.ensure_future(wait({name: str(uuid4())})))
        tasks.append(asyncio.ensure_future(wait(fields, read)))
        await asyncio.sleep(0)
        gate.set()
        return list(await asyncio.gather(*tasks))

    *inside, late, elsewhere, reading = asyncio.run(fill())

    assert (all(inside), late, elsewhere, reading) == (True, False, True, True)


def test_what_goes_on_after_its_commit_waits_for_the_bank_that_it_names() -> None:
    one = {"channel": "harbour", "amount": 1}
    by_bank: dict[str, Mapping[str, Any]] = {
        "payment_request.pay": {"sources": [{"balance": 2}, one]},
        "wallet.top_up": one,
        "wallet.withdraw": one,
    }

    assert [one.name for one in list_registrations() if one.complete] == list(by_bank)
    for name, fields in by_bank.items():
        assert asks_bank(get_registration(name), fields)
    paying = get_registration("payment_request.pay")
    assert not asks_bank(paying, {"payment_request": "p"})
    assert not asks_bank(paying, {"sources": [{"balance": 2}]})
    # Nobody gets to the banks' threads with what asks none.
    assert not asks_bank(get_registration("message.send"), one)


def test_who_posts_over_http_stands_in_the_line_once_they_are_known(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = make_people(1, at=now)
    room = make_group([ann], at=now)
    token = issue_token(person_id=ann, at=datetime.now(UTC)).text
    monkeypatch.setitem(BOUNDS, "room", 0)
    message = {"id": str(uuid4()), "room": str(room), "text": "Is anybody in?"}

    def post(token: str) -> tuple[int, str | None]:
        async def run() -> Any:
            request = AsyncRequestFactory().post(
                "/", message, content_type="application/json",
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
            reply = await run_command(request, "message.send")
            await pools._pool().run(connections.close_all)
            return reply

        reply = asyncio.run(run())
        return reply.status_code, json.loads(reply.content).get("error", {}).get("code")

    assert post(token) == (503, "request.busy")
    assert post("none") == (401, "auth.required")
    monkeypatch.undo()
    assert post(token) == (200, None)
