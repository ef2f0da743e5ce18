"""How much one person, one address or one socket may send: a bucket of tokens for each, per
process.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from commands.errors import RateLimited

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

    def spend(self) -> float:
        """Take a token; return 0, or if there was none the seconds until there is one."""
        now = time.monotonic()
        gained = (now - self._filled_at) * self.rate
        self._tokens = min(self.burst, self._tokens + gained)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self.rate
        self._tokens -= 1
        return 0.0


_buckets: "OrderedDict[Hashable, Bucket]" = OrderedDict()


def spend_token(person_id: UUID) -> None:
    """Count one command of the person. Raises RateLimited when they come too fast."""
    _spend(person_id, settings.COMMANDS_PER_SECOND, settings.COMMAND_BURST)


def spend_public_token(address: str) -> None:
    """Count one command of nobody in particular. Raises RateLimited when too many come from one
    address.
    """
    _spend(address, settings.PUBLIC_COMMANDS_PER_SECOND, settings.PUBLIC_COMMAND_BURST)


def _spend(key: Hashable, rate: float, burst: float) -> None:
    if not settings.RATE_LIMITS:
        return
    bucket = _buckets.pop(key, None) or Bucket(rate, burst)
    _buckets[key] = bucket
    if len(_buckets) > REMEMBERED:
        _buckets.popitem(last=False)
    if missing := bucket.spend():
        raise RateLimited(retry_after_ms=max(1, int(missing * 1000)))
