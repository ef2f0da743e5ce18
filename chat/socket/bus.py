"""The listening side of the bus: one connection per process, topics come and go, losses mend
themselves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

import redis.asyncio as redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSES = (0.1, 0.2, 0.5, 1.0)
CONFIRM_SECONDS = 1.0


class Listener:
    """Listens to topics; what cannot be heard now is subscribed again as soon as the bus is back.

    `on_payload(topic, payload)` gets what arrives; `on_gap()` is awaited after the bus was lost,
    because something may have been missed.
    """

    def __init__(
        self,
        url: str,
        *,
        on_payload: Callable[[str, bytes], None],
        on_gap: Callable[[], Awaitable[None]],
    ) -> None:
        self._url = url
        self._on_payload = on_payload
        self._on_gap = on_gap
        self._wanted: set[str] = set()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._pubsub: redis.client.PubSub | None = None
        self._task: asyncio.Task[None] | None = None
        # Since the bus was last heard.
        self._failures = 0

    def start(self) -> None:
        """Begin to listen, in a task of the running loop."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    def hears(self, topic: str) -> bool:
        """Tell whether the topic is listened to, or is about to be."""
        return topic in self._wanted

    async def listen(self, topics: Iterable[str]) -> None:
        """Subscribe to topics and wait until the bus has confirmed it, or not longer than a
        second.
        """
        fresh = [topic for topic in topics if topic not in self._wanted]
        if not fresh:
            return
        self._wanted.update(fresh)
        confirmed = {topic: asyncio.Event() for topic in fresh}
        self._confirmed.update(confirmed)
        await self._ask("subscribe", fresh)
        waiting = [event.wait() for event in confirmed.values()]
        try:
            await asyncio.wait_for(asyncio.gather(*waiting), CONFIRM_SECONDS)
        except TimeoutError:
            logger.warning("the bus did not confirm %d topics", len(fresh))
        finally:
            for topic, event in confirmed.items():
                if self._confirmed.get(topic) is event:
                    del self._confirmed[topic]

    async def forget(self, topics: Iterable[str]) -> None:
        """Unsubscribe from topics."""
        known = [topic for topic in topics if topic in self._wanted]
        self._wanted.difference_update(known)
        if known:
            await self._ask("unsubscribe", known)

    async def _ask(self, verb: str, topics: list[str]) -> None:
        if self._pubsub is None:
            return
        try:
            await getattr(self._pubsub, verb)(*topics)
        except (RedisError, OSError) as error:
            logger.debug("%s waits for the bus: %s", verb, error)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as error:
                if self._failures == 0:
                    logger.warning("the bus is away: %s", error)
            except Exception:
                logger.exception("listening was cut short")
            await asyncio.sleep(PAUSES[min(self._failures, len(PAUSES) - 1)])
            self._failures += 1

    async def _listen_once(self) -> None:
        client = redis.Redis.from_url(self._url, socket_connect_timeout=1, retry=None)
        pubsub = client.pubsub()
        try:
            # At least one topic, so that there is a connection to read from.
            asked = {"kith:alive", *self._wanted}
            await pubsub.subscribe(*asked)
            self._pubsub = pubsub
            came_back, self._failures = self._failures > 0, 0
            # Who came while we asked found nobody to ask; from here on they find us.
            if late := self._wanted - asked:
                await pubsub.subscribe(*late)
            if came_back:
                logger.warning("the bus is back")
                await self._on_gap()
            while True:
                message = await pubsub.get_message(timeout=None)
                if message is not None:
                    self._take(message)
        finally:
            self._pubsub = None
            await pubsub.aclose()  # type: ignore[no-untyped-call]
            await client.aclose()

    def _take(self, message: dict[str, object]) -> None:
        topic = message["channel"]
        assert isinstance(topic, bytes)
        name = topic.decode()
        if message["type"] == "subscribe":
            if confirmed := self._confirmed.get(name):
                confirmed.set()
        elif message["type"] == "message":
            data = message["data"]
            assert isinstance(data, bytes)
            try:
                self._on_payload(name, data)
            except Exception:
                # One payload that is wrong must not deafen the process.
                logger.exception("a payload on %s was dropped", name)
