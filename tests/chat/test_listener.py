"""The listening side of the bus, on the real one."""

import asyncio
import uuid

import redis.asyncio as redis
from django.conf import settings

from chat.socket.bus import Listener


async def nothing() -> None:
    return None


def test_topics_asked_for_while_the_connection_is_being_made_are_heard():
    topics = [f"test:{uuid.uuid4()}" for _ in range(40)]
    heard: set[str] = set()

    async def ask_later(listener: Listener, topic: str, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await listener.listen([topic])

    async def work() -> None:
        listener = Listener(
            settings.REDIS_URL, on_payload=lambda topic, _: heard.add(topic), on_gap=nothing
        )
        listener.start()
        # One in each turn of the loop, so that some fall between the asking and the answer.
        await asyncio.gather(*(ask_later(listener, one, turn) for turn, one in enumerate(topics)))
        client = redis.Redis.from_url(settings.REDIS_URL)
        for topic in topics:
            await client.publish(topic, b"hello")
        async with asyncio.timeout(5):
            while len(heard) < len(topics):  # noqa: ASYNC110 (a callback counts)
                await asyncio.sleep(0.01)
        await client.aclose()

    asyncio.run(work())

    assert heard == set(topics)
