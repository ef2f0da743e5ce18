"""One room on one process, when events come late."""

import asyncio
from typing import Any
from uuid import uuid4

from chat.socket.connection import Connection, Seat
from chat.socket.feed import Feed, Numbered
from chat.socket.turn import Turn


async def say_nothing(*_: Any) -> None:
    return None


def seated(feed: Feed, *, joined: int) -> Connection:
    """Return a connection in the room, whose events wait behind its `hello`."""
    one = Connection(uuid4(), "token", send=say_nothing, close=say_nothing, turn=Turn())
    feed.seat(one, Seat(joined_seq=joined, cursor=joined))
    return one


def given(one: Connection) -> list[int]:
    return [seq for _, seq, _ in one.waiting or []]


def numbered(feed: Feed, one: Connection, *seqs: int, left: int) -> bool:
    return feed.accept(
        Numbered(seq, b"{}", left=one.person_id if seq == left else None) for seq in seqs
    )


def test_who_leaves_gets_that_and_nothing_after_it() -> None:
    async def work() -> None:
        feed = Feed(uuid4(), 3)
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
        feed = Feed(uuid4(), 3)
        back = seated(feed, joined=7)

        assert numbered(feed, back, 5, 6, 7, left=5) is True
        assert numbered(feed, back, 4, left=5) is False

        assert feed.connections == {back}
        assert feed.delivered == 7
        assert numbered(feed, back, 8, left=8) is False
        assert feed.connections == set()

    asyncio.run(work())
