"""The way to Neo4j: one driver per process, statements by name, one error when it is away."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity, Query, unit_of_work
from neo4j.exceptions import ClientError, DriverError, Neo4jError, ServiceUnavailable

from commands.errors import Refusal
from graph.statements import Statement

logger = logging.getLogger(__name__)

READ_SECONDS = 2.0
CONNECT_SECONDS = 1.0
ACQUIRE_SECONDS = 2.0
# From asking for a connection to the last row.
LONGEST_READ_SECONDS = CONNECT_SECONDS + ACQUIRE_SECONDS + READ_SECONDS
WRITE_SECONDS = 30.0
# While Neo4j is away, one caller in this many seconds pays for finding out.
AWAY_SECONDS = 1.0
# What Neo4j calls a client's error although it is none: it took too long, or the server stops.
ENDED_BY_SERVER = "Neo.ClientError.Transaction."
TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"


@contextmanager
def patient(*, seconds: float) -> Iterator[None]:
    """Wait so long for answers in this process: nobody stands waiting before a command line, and a
    Neo4j that has just started takes seconds to compile a statement.
    """
    global READ_SECONDS
    usual, READ_SECONDS = READ_SECONDS, seconds
    try:
        yield
    finally:
        READ_SECONDS = usual


class GraphUnavailable(Refusal):
    """Neo4j cannot be asked at the moment; everything that does not need it goes on."""

    code = "graph.unavailable"
    status = 503
    message = "The graph cannot be asked at the moment; please try again."
    retryable = True


class TimedOut(Exception):
    """A statement took longer than it was allowed to."""


class _Fuse:
    """Remembers for a second that Neo4j is away, so that callers do not queue up to find out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_until = 0.0

    def check(self) -> None:
        if time.monotonic() < self._away_until:
            raise GraphUnavailable(retry_after_ms=int(AWAY_SECONDS * 1000))

    def mend(self) -> None:
        self._away_until = 0.0

    def blow(self, error: Exception) -> None:
        with self._lock:
            if time.monotonic() >= self._away_until:
                logger.warning("Neo4j is away: %s", error)
            self._away_until = time.monotonic() + AWAY_SECONDS


_fuse = _Fuse()


@cache
def driver() -> Driver:
    """Return this process's driver."""
    return connect(settings.NEO4J_URI, settings.NEO4J_USER, settings.NEO4J_PASSWORD)


def connect(uri: str, user: str, password: str) -> Driver:
    """Return a driver for a server; nothing is sent before it is used."""
    return GraphDatabase.driver(
        uri,
        auth=(user, password),
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=ACQUIRE_SECONDS,
        max_transaction_retry_time=3.0,
        max_connection_pool_size=16,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
    )


def forget_driver() -> None:
    """Close this process's connections: what they led to is gone."""
    driver().close()
    driver.cache_clear()
    _fuse.mend()


def ask(statement: Statement, **parameters: Any) -> list[dict[str, Any]]:
    """Run a reading statement and return its rows. Raises GraphUnavailable."""
    _fuse.check()
    query = Query(statement.text, timeout=READ_SECONDS)
    try:
        # Autocommit: one round trip. A lost connection is no matter for a read, it is asked again.
        with driver().session(default_access_mode="READ") as session:
            # A record's own `data` goes through all lists in it in search of nodes.
            return [dict(record) for record in session.run(query, parameters)]
    except (DriverError, Neo4jError, OSError) as error:
        raise _unavailable(error) from error


def ask_some(
    statement: Statement,
    parameters: Mapping[str, Any],
    *,
    driver: Driver,
    seconds: float,
    rows: int,
) -> tuple[list[dict[str, Any]], bool]:
    """Run a reading statement on a server; return at most so many rows, and whether there are more.

    Raises TimedOut, GraphUnavailable.
    """
    query = Query(statement.text, timeout=seconds)
    try:
        with driver.session(default_access_mode="READ", fetch_size=rows + 1) as session:
            result = session.run(query, dict(parameters))
            found = [record.data() for record in islice(result, rows + 1)]
            # What was not fetched is not made.
            result.consume()
    except (DriverError, Neo4jError, OSError) as error:
        if isinstance(error, Neo4jError) and (error.code or "").startswith(TIMED_OUT):
            raise TimedOut from error
        raise _unavailable(error) from error
    return found[:rows], len(found) > rows


def write(statement: Statement, **parameters: Any) -> list[dict[str, Any]]:
    """Run a writing statement in a transaction that is tried again on a deadlock.

    Raises GraphUnavailable when Neo4j is away.
    """
    _fuse.check()

    text = statement.text

    @unit_of_work(timeout=WRITE_SECONDS)
    def work(transaction: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = transaction.run(text, parameters).data()
        return rows

    try:
        with driver().session() as session:
            return session.execute_write(work)
    except (DriverError, Neo4jError, OSError) as error:
        raise _unavailable(error) from error


def run_implicit(statement: Statement, *, text: str | None = None) -> list[dict[str, Any]]:
    """Run a statement that manages its own transactions (CALL IN TRANSACTIONS) or changes the
    schema; of a file of several, the one whose `text` is given.
    """
    assert text is None or text in statement.text
    try:
        with driver().session() as session:
            return session.run(text or statement.text).data()
    except (DriverError, Neo4jError, OSError) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> GraphUnavailable:
    if isinstance(error, ClientError) and not (error.code or "").startswith(ENDED_BY_SERVER):
        # A statement that is wrong is our mistake, not an outage.
        raise error
    if isinstance(error, ServiceUnavailable | OSError):
        _fuse.blow(error)
    return GraphUnavailable(retry_after_ms=500)


def stream(statement: Statement, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a reading statement one by one, however many there are. Raises
    GraphUnavailable.
    """
    text = statement.text
    try:
        with driver().session(default_access_mode="READ", fetch_size=2_000) as session:
            for record in session.run(text, parameters):
                yield record.data()
    except (DriverError, Neo4jError, OSError) as error:
        raise _unavailable(error) from error
