"""The threads in which commands run: few, each with a connection to PostgreSQL of its own."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections

from commands.errors import Busy
from commands.registry import Registration, get_registration

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)

# More than this waiting would be answered too late to be of use.
MOST_WAITING = 2_000

# Which part of that is open to whom. When much waits, search, presence and suggestions are refused
# first, so that those who chat and pay do not wait behind them; what moves money is refused last.
SPARE_SHARE, USUAL_SHARE, MONEY_SHARE = 0.1, 0.9, 1.0

# To ask a connection whether it still answers costs a statement; one that broke this moment costs
# a command another attempt. Hashing takes long enough to ask each time, and a log-in, which carries
# no id, could not be tried again.
TRUSTED_SECONDS = 1.0

# Commands that hash a password take long on purpose; in threads of their own they hold up nobody
# who does something else.
HASHING = frozenset(
    {
        "account.change_password", "account.close", "account.create", "account.reset_password",
        "session.create", "token.create", "wallet.set_pin",
    }
)  # fmt: skip
# Each hash takes several cores for a while, so on a small machine one at a time.
HASHING_THREADS = max(1, min(2, (os.cpu_count() or 1) // 2))
# So many take some ten seconds, which is as long as somebody waits for a door to open.
MOST_HASHING = 100

# Commands that ask a bank, and so wait for it; see asks_bank in lines.py.
BANKING_THREADS = 8
# So many are some seconds' work for banks in health.
MOST_BANKING = 200


class Pool:
    """Some threads, and a bound on what waits for them.

    A connection to PostgreSQL that was used `trusted_seconds` ago is taken to work still.
    """

    def __init__(
        self, name: str, *, threads: int, most_waiting: int, trusted_seconds: float = 0.0
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._trusted_seconds = trusted_seconds
        self._waiting = 0

    async def run(self, work: Callable[[], R], *, share: float = MONEY_SHARE) -> R:
        """Run blocking work on one of the threads and return its result. Raises Busy when more
        waits than the share of the bound that is open to such work.
        """
        if self._waiting >= self._most_waiting * share:
            raise Busy(retry_after_ms=1000)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._threads, partial(work_on_connection, work, self._trusted_seconds)
            )
        finally:
            self._waiting -= 1


@cache
def _pool() -> Pool:
    return Pool(
        "command", threads=settings.DB_THREADS, most_waiting=MOST_WAITING,
        trusted_seconds=TRUSTED_SECONDS,
    )  # fmt: skip


@cache
def _hashing_pool() -> Pool:
    return Pool("hashing", threads=HASHING_THREADS, most_waiting=MOST_HASHING)


@cache
def _banking_pool() -> Pool:
    return Pool("banking", threads=BANKING_THREADS, most_waiting=MOST_BANKING)


async def run_in_pool(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run blocking work on one of the command threads and return its result. Raises Busy."""
    return await _pool().run(partial(work, *args, **kwargs), share=USUAL_SHARE)


async def run_command_in_pool(
    command: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Carry out a command on one of the threads meant for it and return its result. Raises Busy."""
    pool = _hashing_pool() if command in HASHING else _pool()
    return await pool.run(partial(work, *args, **kwargs), share=_share(get_registration(command)))


async def run_with_bank_in_pool(
    command: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Carry out a command that asks a bank, as `run_command_in_pool` does. Raises Busy."""
    share = _share(get_registration(command))
    return await _banking_pool().run(partial(work, *args, **kwargs), share=share)


def _share(registration: Registration) -> float:
    if registration.spare:
        return SPARE_SHARE
    return MONEY_SHARE if registration.money or registration.public else USUAL_SHARE


async def run_in_pool_if_possible(
    work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R | None:
    """Run blocking work that is tried again by and by; None when it cannot be done now, which is
    logged.
    """
    try:
        return await run_in_pool(work, *args, **kwargs)
    except Busy:
        logger.warning("%s waits: too much to do", work.__qualname__)
    except Exception:
        logger.exception("%s could not be done", work.__qualname__)
    return None


class _Thread(threading.local):
    worked_at = 0.0


_thread = _Thread()


def work_on_connection(work: Callable[[], R], trusted_seconds: float) -> R:
    """Do the work on this thread, whose connection to PostgreSQL is looked at before unless it was
    used `trusted_seconds` ago.
    """
    # Drops connections that broke, so that the next command gets a fresh one.
    if time.monotonic() - _thread.worked_at > trusted_seconds or _met_an_error():
        close_old_connections()
    try:
        return work()
    finally:
        _thread.worked_at = time.monotonic()


def _met_an_error() -> bool:
    return any(one.errors_occurred for one in connections.all(initialized_only=True))
