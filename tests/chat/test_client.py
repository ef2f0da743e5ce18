"""The client library against a server that breaks off and refuses on purpose."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from chat.client import Kith, Refused
from chat.client.connection import _named_pause
from tests.chat.scripted import ME, Heard, Line, run, scripted, seqs, until


def test_a_command_is_answered():
    async def script(line: Line) -> None:
        await line.hello()
        frame = await line.receive()
        assert (frame["type"], frame["text"]) == ("message.send", "hi")
        await line.ok(frame, message={"seq": 7})

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            assert await me.call("message.send", text="hi") == {"message": {"seq": 7}}
            assert (me.person, me.reconnects) == (ME, 0)

    run(work)


def test_a_command_whose_answer_was_lost_is_sent_again_under_its_id():
    frames: Heard = []

    async def breaks_off(line: Line) -> None:
        await line.hello()
        frames.append(await line.receive())
        await line.break_off()

    async def answers(line: Line) -> None:
        await line.hello()
        frames.append(await line.receive())
        await line.ok(frames[-1], done=True)

    async def work() -> None:
        async with scripted(breaks_off, answers) as url, Kith(url, "t") as me:
            assert await me.call("message.send", text="hi") == {"done": True}
            assert me.reconnects == 1

    run(work)
    assert frames[0] == frames[1]


def test_unanswered_commands_are_sent_again_in_their_order_and_new_ones_after_them():
    texts: list[str] = []

    async def breaks_off(line: Line) -> None:
        await line.hello()
        for _ in range(3):
            await line.receive()
        await line.break_off()

    async def answers(line: Line) -> None:
        await line.hello()
        for _ in range(4):
            frame = await line.receive()
            texts.append(frame["text"])
            await line.ok(frame)

    async def work() -> None:
        async with scripted(breaks_off, answers) as url, Kith(url, "t") as me:
            calls = [asyncio.ensure_future(me.call("say", text=text)) for text in "abc"]
            await until(lambda: not me._open.is_set())
            await asyncio.gather(*calls, me.call("say", text="d"))

    run(work)
    assert texts == ["a", "b", "c", "d"]


def test_a_refusal_is_raised_with_its_code():
    async def script(line: Line) -> None:
        await line.hello()
        await line.refuse(await line.receive(), "room.not_found")

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            with pytest.raises(Refused, match=r"room\.not_found: no") as refused:
                await me.call("message.send", text="hi")
            assert (refused.value.code, refused.value.retryable) == ("room.not_found", False)

    run(work)


def test_what_may_be_retried_is_retried_under_the_same_id():
    frames: Heard = []

    async def script(line: Line) -> None:
        await line.hello()
        for _ in range(7):
            frames.append(await line.receive())
            await line.refuse(frames[-1], "request.busy", retryable=True)
        frames.append(await line.receive())
        await line.ok(frames[-1], done=True)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            assert await me.call("message.send", text="hi") == {"done": True}

    run(work)
    assert all(frame == frames[0] for frame in frames)


def test_a_pause_longer_than_patience_is_left_to_the_caller():
    async def script(line: Line) -> None:
        await line.hello()
        frame = await line.receive()
        error = {"code": "request.rate_limited", "message": "slow", "retryable": True,
                 "retry_after_ms": 600_000}  # fmt: skip
        await line.send(type="error", id=frame["id"], error=error)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            with pytest.raises(Refused, match=r"request\.rate_limited"):
                await me.call("envelope.claim", password="guess")

    run(work)


def test_a_listener_that_fails_breaks_nothing(caplog):
    heard: Heard = []

    def fail_at_first(event: dict[str, Any]) -> None:
        heard.append(event)
        if len(heard) == 1:
            raise RuntimeError("the bot has a bug")

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(4)
        await line.event(5)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=fail_at_first) as me:
            await until(lambda: len(heard) == 2)
            assert me.reconnects == 0

    run(work)
    assert seqs(heard) == [4, 5]
    assert "the bot has a bug" in caplog.text


def test_following_yields_events_and_ends_with_the_loop():
    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.receive()
        await line.event(4)
        await line.event(5)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            following = me.follow()
            first = asyncio.ensure_future(anext(following))
            await asyncio.sleep(0)
            asyncio.ensure_future(me.call("begin")).add_done_callback(lambda done: done.exception())
            assert (await first)["seq"] == 4
            assert (await anext(following))["seq"] == 5
            await following.aclose()
            assert me._listeners == []

    run(work)


def test_a_service_that_asks_not_to_come_back_is_obeyed():
    async def script(line: Line) -> None:
        await line.hello()
        await line.receive()
        await line.close(4401)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            with pytest.raises(ConnectionError, match="4401"):
                await me.call("message.send", text="hi")
            with pytest.raises(ConnectionError, match="4401"):
                await me.call("message.send", text="again")
            assert (me.closed_with, me.reconnects) == (4401, 0)

    run(work)


def test_a_token_that_is_no_good_is_said_at_once():
    async def script(line: Line) -> None:
        await line.close(4401)

    async def work() -> None:
        async with scripted(script) as url:
            with pytest.raises(ConnectionError, match="4401"):
                await Kith(url, "t").__aenter__()

    run(work)


def test_a_frame_too_long_for_the_service_is_not_sent():
    async def script(line: Line) -> None:
        await line.hello(frame_bytes=1_000)
        frame = await line.receive()
        assert frame["text"] == "short"
        await line.ok(frame)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            with pytest.raises(ValueError, match="at most 1000 bytes"):
                await me.call("message.send", text="长" * 400)
            await me.call("message.send", text="short")

    run(work)


def test_who_leaves_lets_go_of_unanswered_commands():
    async def script(line: Line) -> None:
        await line.hello()
        await line.receive()

    async def work() -> None:
        async with scripted(script) as url:
            async with Kith(url, "t") as me:
                call = asyncio.ensure_future(me.call("message.send", text="hi"))
                await asyncio.sleep(0.05)
            with pytest.raises(ConnectionError, match="closed"):
                await call

    run(work)


@pytest.mark.parametrize(
    ("reason", "pause"),
    [('{"retry_after_ms": 1500}', 1.5), ("", None), ("bye", None), ("[1]", None), ("{}", None)],
)
def test_the_pause_that_a_close_names_is_read(reason, pause):
    assert _named_pause(ConnectionClosedError(Close(1013, reason), None)) == pause


def test_a_connection_that_broke_names_no_pause():
    assert _named_pause(ConnectionClosedError(None, None)) is None
