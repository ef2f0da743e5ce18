"""The bus between processes: bytes published on a topic reach every process that listens to it now.

Nothing that passes here must be needed: rooms heal from PostgreSQL, notices are stored, events are
rows.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import pydantic_core
import redis
from django.conf import settings

from outbox.after_commit import run_after_commit

logger = logging.getLogger(__name__)

PREFIX = "kith"
# While the bus is away, one command in this many seconds pays for finding out.
AWAY_SECONDS = 1.0


def room_topic(room_id: UUID) -> str:
    """Return the topic of a room's events."""
    return f"{PREFIX}:room:{room_id}"


def person_topic(person_id: UUID) -> str:
    """Return the topic of what concerns one person on all devices."""
    return f"{PREFIX}:person:{person_id}"


def pack(frame: bytes, **header: object) -> bytes:
    """Return a payload: a header that hubs read, and the very bytes that clients get (or none)."""
    return pydantic_core.to_json(header) + b"\n" + frame


def unpack(payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header and the frame of a payload."""
    header, _, frame = payload.partition(b"\n")
    return pydantic_core.from_json(header), frame


def publish_after_commit(topic: str, payload: bytes) -> None:
    """Publish the bytes once the current transaction has committed."""
    run_after_commit(lambda: publish(topic, payload))


def publish_all_after_commit(published: Sequence[tuple[str, bytes]]) -> None:
    """Publish the bytes on each topic, in one go, once the current transaction has committed."""
    if len(published) == 1:
        publish_after_commit(*published[0])
    elif published:
        run_after_commit(lambda: ask_bus(("PUBLISH", *one) for one in published))


class Bus:
    """A connection pool with a fuse: while the bus is away, using it costs nothing."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=0.5, retry=None, health_check_interval=30
        )
        self._away_until = 0.0

    def ask(self, command: str, *arguments: object, **options: object) -> object | None:
        """Return what the bus answers to the command, or None while it is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer: object = getattr(self._client, command)(*arguments, **options)
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            logger.warning("the bus is away: %s", error)
            return None
        return answer

    def ask_all(self, commands: Iterable[tuple[Any, ...]]) -> list[Any] | None:
        """Return what the bus answers to each of the commands, sent in one go and carried out as
        one, or None while it is away.
        """
        if time.monotonic() < self._away_until:
            return None
        try:
            with self._client.pipeline() as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)  # type: ignore[no-untyped-call]
                return pipeline.execute()
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            logger.warning("the bus is away: %s", error)
            return None


@cache
def _bus() -> Bus:
    return Bus(settings.REDIS_URL)


def publish(topic: str, payload: bytes) -> None:
    """Publish the bytes now; a bus that is away is logged, not raised."""
    _bus().ask("publish", topic, payload)


def ask_bus(commands: Iterable[tuple[Any, ...]]) -> list[Any] | None:
    """Return what the bus answers to each of the commands, carried out as one; None while it is
    away.
    """
    return _bus().ask_all(commands)


def take_turn(name: str, *, milliseconds: int) -> bool:
    """Tell whether this is the first to ask for the turn within the time; False while the bus is
    away.
    """
    return bool(_bus().ask("set", f"{PREFIX}:turn:{name}", 1, nx=True, px=milliseconds))


def forget_turn(name: str) -> None:
    """Let the next one take the turn at once."""
    _bus().ask("delete", f"{PREFIX}:turn:{name}")
