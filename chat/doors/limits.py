"""How many commands one person may send: a bucket of tokens per person and process."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from commands.errors import RateLimited

REMEMBERED = 50_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


_buckets: "OrderedDict[UUID, _Bucket]" = OrderedDict()


def spend_token(person_id: UUID) -> None:
    """Count one command of the person. Raises RateLimited when they come too fast."""
    if not settings.RATE_LIMITS:
        return
    now = time.monotonic()
    bucket = _buckets.pop(person_id, None) or _Bucket(settings.COMMAND_BURST, now)
    _buckets[person_id] = bucket
    if len(_buckets) > REMEMBERED:
        _buckets.popitem(last=False)
    gained = (now - bucket.filled_at) * settings.COMMANDS_PER_SECOND
    bucket.tokens = min(settings.COMMAND_BURST, bucket.tokens + gained)
    bucket.filled_at = now
    if bucket.tokens < 1:
        missing = (1 - bucket.tokens) / settings.COMMANDS_PER_SECOND
        raise RateLimited(retry_after_ms=max(1, int(missing * 1000)))
    bucket.tokens -= 1
