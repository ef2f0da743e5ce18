"""How much one person, one address or one socket may send: a bucket of tokens for each, per
process.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from commands.errors import RateLimited
from commands.recent import Recent

REMEMBERED = 50_000


@dataclass(slots=True)
class Bucket:
    """Holds at most `burst` tokens, and gains `rate` of them a second."""

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.burst
        self._filled_at = time.monotonic()

    def spend(self, tokens: float = 1) -> float:
        """Take tokens; return 0, or if there were too few the seconds until there are enough."""
        now = time.monotonic()
        gained = (now - self._filled_at) * self.rate
        self._tokens = min(self.burst, self._tokens + gained)
        self._filled_at = now
        if self._tokens < tokens:
            return (tokens - self._tokens) / self.rate
        self._tokens -= tokens
        return 0.0


_buckets: Recent[Hashable, Bucket] = Recent(REMEMBERED)


def spend_token(person_id: UUID) -> None:
    """Count one command of the person. Raises RateLimited when they come too fast."""
    _spend(person_id, settings.COMMANDS_PER_SECOND, settings.COMMAND_BURST)


def spend_public_token(address: str) -> None:
    """Count one command of nobody in particular. Raises RateLimited when too many come from one
    address.
    """
    _spend(address, settings.PUBLIC_COMMANDS_PER_SECOND, settings.PUBLIC_COMMAND_BURST)


def spend_bytes(person_id: UUID, size: int) -> None:
    """Count what the person's sockets send. Raises RateLimited when it is too much."""
    _spend(("bytes", person_id), settings.BYTES_PER_SECOND, settings.BYTES_BURST, size)


def _spend(key: Hashable, rate: float, burst: float, tokens: float = 1) -> None:
    if not settings.RATE_LIMITS:
        return
    bucket = _buckets.get(key) or Bucket(rate, burst)
    _buckets.put(key, bucket)
    if missing := bucket.spend(tokens):
        raise RateLimited(retry_after_ms=max(1, int(missing * 1000)))
