"""Counting wrong tries, so that nobody can guess on and on."""

import hashlib
import logging
import time

import redis
from django.conf import settings
from django.core.cache import cache

from graph.people.errors import Locked
from graph.people.models import Person

logger = logging.getLogger(__name__)


def whose_tries(person: Person | None, typed: str) -> str:
    """Return under what tries are counted: the person once one is found, else what was typed.

    Two spellings that find one person are thus counted together, whatever the database takes for
    the same letter.
    """
    return str(person.id) if person else typed.casefold()


def refuse_when_locked(whose: str) -> None:
    """Raise Locked while too many wrong tries were counted; it says how long that will last."""
    try:
        tries = cache.get(_key(whose), 0)
        if tries < settings.LOGIN_TRIES:
            return
        until = cache.get(_until(whose))
    except redis.RedisError as error:
        # Without the counter people must still be able to log in; the hasher alone slows a guesser
        # down.
        logger.warning("log-in tries are not counted: %s", error)
        return
    left = until - time.time() if until else settings.LOGIN_TRIES_SECONDS
    raise Locked(retry_after_ms=max(1, round(left * 1000)))


def count_wrong_try(whose: str) -> None:
    """Count a wrong try; the count is forgotten some time after the first one."""
    seconds = settings.LOGIN_TRIES_SECONDS
    try:
        if cache.add(_key(whose), 0, timeout=seconds):
            cache.set(_until(whose), time.time() + seconds, timeout=seconds)
        cache.incr(_key(whose))
    except (redis.RedisError, ValueError) as error:
        logger.warning("a wrong log-in was not counted: %s", error)


def forget_wrong_tries(whose: str) -> None:
    """Forget the count after a right password."""
    try:
        cache.delete_many([_key(whose), _until(whose)])
    except redis.RedisError as error:
        logger.warning("log-in tries were not forgotten: %s", error)


def _key(whose: str) -> str:
    # A digest, because a cache key may hold neither blanks nor every letter of the world.
    return f"login:{hashlib.blake2b(whose.encode(), digest_size=16).hexdigest()}"


def _until(whose: str) -> str:
    return f"{_key(whose)}:until"
