"""One room on one process, when events come late."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from chat.socket.connection import SLOW_BYTES, Connection, Seat
from chat.socket.feed import Feed, Numbered
from chat.socket.frames import text_frame
from chat.socket.turn import WRITES_AT_ONCE, Turn


async def say_nothing(*_: Any) -> None:
    return None


def seated(feed: Feed, *, joined: int) -> Connection:
    """Return a connection in the room that lacks nothing; its events wait behind its `hello`."""
    one = Connection(uuid4(), "token", send=say_nothing, close=say_nothing, turn=Turn())
    feed.seat(one, Seat(joined_seq=joined, cursor=max(joined, feed.delivered)))
    return one


def given(one: Connection) -> list[int]:
    return [seq for _, seq, _ in one.waiting or []]


def numbered(feed: Feed, one: Connection, *seqs: int, left: int) -> bool:
    is_missing = feed.accept(
        Numbered(seq, b"{}", left=one.person_id if seq == left else None) for seq in seqs
    )
    feed.pass_on()
    return is_missing


def test_who_leaves_gets_that_and_nothing_after_it() -> None:
    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        leaver, other = seated(feed, joined=1), seated(feed, joined=2)

        assert numbered(feed, leaver, 4, 5, 6, left=5) is False

        assert (given(leaver), given(other)) == ([4, 5], [4, 5, 6])
        assert (leaver.rooms, feed.connections) == (set(), {other})
        # It keeps its seat for what waits, and not longer.
        leaver.greet(b"{}", {})
        leaver.release()
        assert leaver.seats == {}

    asyncio.run(work())


def test_who_is_back_before_the_room_hears_that_they_left_stays() -> None:
    """The leaving, number 5, waits for number 4; by then they are in again from 7 on."""

    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        back = seated(feed, joined=7)

        assert numbered(feed, back, 5, 6, 7, left=5) is True
        assert numbered(feed, back, 4, left=5) is False

        assert feed.connections == {back}
        assert feed.delivered == 7
        assert numbered(feed, back, 8, left=8) is False
        assert feed.connections == set()

    asyncio.run(work())


class Line:
    """A server's connection that keeps what is put on it, and how often it was flushed."""

    waiting_bytes = 0

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.writes = 0

    def put(self, frame: bytes, *, is_optional: bool) -> int:
        assert is_optional
        self.frames.append(frame)
        return 0

    def flush(self) -> None:
        self.writes += 1

    def when_drained(self, step: Any) -> None:
        return None


def wired(feed: Feed, *, joined: int, cursor: int) -> Line:
    """Let somebody into the room who has got all up to a number, and return their line."""
    line = Line()
    connected(feed, line, joined=joined, cursor=cursor)
    return line


def connected(feed: Feed, line: Line, *, joined: int, cursor: int) -> Connection:
    """Let somebody into the room by a line."""
    one = Connection(
        uuid4(), "token", send=say_nothing, close=say_nothing, turn=feed.turn,
        direct=line,  # type: ignore[arg-type]
    )  # fmt: skip
    one.is_greeted = True
    one.release()
    feed.seat(one, Seat(joined_seq=joined, cursor=cursor))
    return one


def texts(*payloads: bytes) -> bytes:
    """Return the payloads as one server's frames, by RFC 6455 for less than 126 bytes."""
    return b"".join(b"\x81" + bytes([len(payload)]) + payload for payload in payloads)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_what_comes_in_one_turn_is_one_frame_for_all_and_one_write_for_each() -> None:
    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        lines = [wired(feed, joined=1, cursor=3) for _ in range(3)]

        feed.accept([Numbered(5, b"five")])
        feed.accept([Numbered(4, b"four")])
        feed.pass_by(b"typing")
        feed.accept([Numbered(6, b"six")])
        await turns(2)

        (frame,) = lines[0].frames
        assert frame == texts(b"four", b"five", b"typing", b"six")
        assert all(line.frames[0] is frame and line.writes == 1 for line in lines)
        assert feed.delivered == 6

    asyncio.run(work())


def test_who_lacks_something_else_gets_what_is_theirs_alone() -> None:
    """One has got 4 already, one has a hole before it, and one joined after the message of 5."""

    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        ahead = wired(feed, joined=1, cursor=4)
        behind = wired(feed, joined=1, cursor=2)
        late = wired(feed, joined=3, cursor=3)

        feed.accept([Numbered(4, b"four"), Numbered(5, b'{"message":{"text":"x"}}', about=2)])
        feed.pass_by(b"typing")
        await turns(2)

        assert ahead.frames == [texts(b'{"message":{"text":"x"}}'), texts(b"typing")]
        assert behind.frames == []
        assert late.frames[0] == texts(b"four")
        assert b'"x"' not in b"".join(late.frames)
        assert late.frames[-1] == texts(b"typing")

    asyncio.run(work())


def test_a_large_room_is_written_in_pieces_and_what_comes_meanwhile_waits_for_the_next_turn() -> (
    None
):
    async def work() -> None:
        feed = Feed(uuid4(), 0, Turn())
        lines = [wired(feed, joined=0, cursor=0) for _ in range(2 * WRITES_AT_ONCE + 1)]

        feed.accept([Numbered(1, b"one")])
        await turns(1)
        written = sum(line.writes for line in lines)
        feed.accept([Numbered(2, b"two")])
        feed.accept([Numbered(3, b"three")])
        await turns(8)

        assert written == WRITES_AT_ONCE
        assert {line.writes for line in lines} == {2}
        assert {tuple(line.frames) for line in lines} == {(texts(b"one"), texts(b"two", b"three"))}

    asyncio.run(work())


def test_an_event_is_encoded_once_for_all_who_see_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[bytes] = []

    def count(payload: bytes) -> bytes:
        encoded.append(payload)
        return text_frame(payload)

    monkeypatch.setattr("chat.socket.connection.text_frame", count)

    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        lines = [wired(feed, joined=1, cursor=3) for _ in range(20)]
        lines += [wired(feed, joined=1, cursor=4)]

        feed.accept([Numbered(4, b"four")])
        feed.accept([Numbered(5, b"five")])
        await turns(2)

        assert encoded == [b"four", b"five"]
        assert {line.writes for line in lines} == {1}

    asyncio.run(work())


def test_one_event_that_cannot_be_shown_does_not_silence_the_others() -> None:
    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        other = Feed(uuid4(), 3, feed.turn)
        late = wired(feed, joined=3, cursor=3)
        line = wired(other, joined=1, cursor=3)

        feed.accept([Numbered(4, b"no JSON", about=2)])
        other.accept([Numbered(4, b"four")])
        await turns(3)
        other.accept([Numbered(5, b"five")])
        feed.accept([Numbered(5, b"five")])
        await turns(3)

        assert line.frames == [texts(b"four"), texts(b"five")]
        # Nothing is given after the hole; healing reads it again.
        assert late.frames == []
        assert [one.seats[feed.room_id].cursor for one in feed.behind()] == [3]

    asyncio.run(work())


class Narrow(Line):
    """A connection whose network takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.optional: list[bool] = []
        self.waiting_bytes = 0
        self.drain: Any = None

    def put(self, frame: bytes, *, is_optional: bool) -> int:
        self.frames.append(frame)
        self.optional.append(is_optional)
        self.waiting_bytes += len(frame)
        return self.waiting_bytes

    def drop_optional(self) -> None:
        kept = [one for one, is_lost in zip(self.frames, self.optional, strict=True) if not is_lost]
        self.frames, self.optional = kept, [False] * len(kept)
        self.waiting_bytes = sum(map(len, kept))

    def when_drained(self, step: Any) -> None:
        self.drain = step


@pytest.mark.parametrize("closes", [False, True])
def test_who_is_too_slow_to_hear_that_they_left_is_told_to_sync(closes: bool) -> None:
    async def work() -> None:
        feed = Feed(uuid4(), 3, Turn())
        line = Narrow()
        leaver = connected(feed, line, joined=1, cursor=3)

        feed.accept([Numbered(4, b"x" * SLOW_BYTES)])
        await turns(2)
        assert (leaver.is_slow, line.frames) == (True, [])
        feed.accept([Numbered(5, b"left", left=leaver.person_id, closes=closes)])
        await turns(2)
        assert (leaver.seats, feed.connections) == ({}, set())
        line.drain()

        (frame,) = line.frames
        assert json.loads(frame[2:]) == {
            "type": "event", "kind": "resync", "room": str(feed.room_id),
        }  # fmt: skip
        line.drain()
        assert len(line.frames) == 1

    asyncio.run(work())


def test_that_somebody_left_is_not_dropped_when_they_become_too_slow() -> None:
    async def work() -> None:
        rooms = [Feed(uuid4(), 3, turn) for turn in [Turn()] * 2]
        line = Narrow()
        leaver = Connection(
            uuid4(), "token", send=say_nothing, close=say_nothing, turn=rooms[0].turn,
            direct=line,  # type: ignore[arg-type]
        )  # fmt: skip
        leaver.is_greeted = True
        leaver.release()
        for feed in rooms:
            feed.seat(leaver, Seat(joined_seq=1, cursor=3))

        rooms[0].accept([Numbered(4, b"four"), Numbered(5, b"left", left=leaver.person_id)])
        rooms[1].accept([Numbered(4, b"x" * SLOW_BYTES)])
        await turns(2)

        assert leaver.is_slow
        assert line.frames == [texts(b"four", b"left")]

    asyncio.run(work())
