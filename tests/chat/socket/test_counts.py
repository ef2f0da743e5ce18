"""What an event costs a process, however many of a room are on it."""

from contextlib import AsyncExitStack

import redis.asyncio as redis
from django.conf import settings

from outbox.bus import room_topic
from tests.chat.socket.wire import run, wire
from tests.service import Service


def test_a_process_listens_to_a_room_once(service: Service) -> None:
    ann, *others = (service.sign_up(name) for name in ("Ann", "Bea", "Cem", "Dan"))
    ann.befriend(*others)
    room = ann.make_group("Flat", *others)

    async def work() -> None:
        bus = redis.Redis.from_url(settings.REDIS_URL)
        topic = room_topic(room)
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(wire(one)) for one in (ann, *others)]
            ann.say(room, "all of you")
            for line in lines:
                await line.event("message.new", room=room)
            assert await bus.pubsub_numsub(topic) == [(topic.encode(), 1)]
        await bus.aclose()

    run(work)
