"""The word that opens an envelope: kept as a digest, wrong tries counted."""

import hmac
import logging
import unicodedata
from uuid import UUID

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from commands.errors import RateLimited

logger = logging.getLogger(__name__)


def digest_word(envelope_id: UUID, word: str) -> str:
    """Return the digest of a word, "" for none; case and width of its letters do not matter."""
    if not word:
        return ""
    folded = unicodedata.normalize("NFKC", word).casefold().strip()
    return salted_hmac(f"envelope:{envelope_id}", folded, algorithm="sha256").hexdigest()


def is_right(envelope_id: UUID, digest: str, word: str | None) -> bool:
    """Tell whether the word opens the envelope; "" as digest means that there is none."""
    return not digest or hmac.compare_digest(digest, digest_word(envelope_id, word or ""))


def refuse_when_guessing(envelope_id: UUID, person_id: UUID) -> None:
    """Raise RateLimited after too many wrong words."""
    try:
        tries = cache.get(_key(envelope_id, person_id), 0)
    except redis.RedisError as error:
        logger.warning("wrong words are not counted: %s", error)
        return
    if tries >= settings.ENVELOPE_PASSWORD_TRIES:
        raise RateLimited(retry_after_ms=settings.ENVELOPE_PASSWORD_SECONDS * 1000)


def count_wrong_word(envelope_id: UUID, person_id: UUID) -> None:
    """Count a wrong word; outside the database, so that the refusal does not undo it."""
    key = _key(envelope_id, person_id)
    try:
        cache.add(key, 0, timeout=settings.ENVELOPE_PASSWORD_SECONDS)
        cache.incr(key)
    except (redis.RedisError, ValueError) as error:
        logger.warning("a wrong word was not counted: %s", error)


def _key(envelope_id: UUID, person_id: UUID) -> str:
    return f"envelope-word:{envelope_id}:{person_id}"
