"""From what happened to what a client is told, the same at both doors."""

import logging
from typing import Any

import pydantic_core
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError

from commands.errors import Busy, Failed, Malformed, Refusal

logger = logging.getLogger(__name__)


def explain(error: Exception) -> Refusal:
    """Return the refusal that an error stands for; what nobody foresaw is logged with its trace."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("the database is away: %s", error)
        return Busy(retry_after_ms=1000)
    if isinstance(error, RequestDataTooBig):
        return Malformed("This is too long.")
    logger.error("a command failed", exc_info=error)
    return Failed()


def mark_replayed(result: str) -> dict[str, Any]:
    """Return the kept answer of an earlier sending, marked as such."""
    kept: dict[str, Any] = pydantic_core.from_json(result)
    return kept | {"replayed": True}
