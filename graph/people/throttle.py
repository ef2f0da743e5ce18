"""Counting wrong tries, so that nobody can guess on and on."""

import logging

import redis
from django.conf import settings
from django.core.cache import cache

from graph.people.errors import Locked

logger = logging.getLogger(__name__)


def refuse_when_locked(username: str) -> None:
    """Raise Locked while too many wrong tries were counted for the username."""
    try:
        tries = cache.get(_key(username), 0)
    except redis.RedisError as error:
        # Without the counter people must still be able to log in; the hasher alone slows a guesser
        # down.
        logger.warning("log-in tries are not counted: %s", error)
        return
    if tries >= settings.LOGIN_TRIES:
        raise Locked(retry_after_ms=settings.LOGIN_TRIES_SECONDS * 1000)


def count_wrong_try(username: str) -> None:
    """Count a wrong try; the count is forgotten some time after the first one."""
    try:
        cache.add(_key(username), 0, timeout=settings.LOGIN_TRIES_SECONDS)
        cache.incr(_key(username))
    except (redis.RedisError, ValueError) as error:
        logger.warning("a wrong log-in was not counted: %s", error)


def forget_wrong_tries(username: str) -> None:
    """Forget the count after a right password."""
    try:
        cache.delete(_key(username))
    except redis.RedisError as error:
        logger.warning("log-in tries were not forgotten: %s", error)


def _key(username: str) -> str:
    # Hex, because a cache key may hold neither blanks nor every letter of the world.
    return f"login:{username.casefold().encode().hex()}"
