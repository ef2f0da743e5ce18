"""pgledger (github.com/pgr0ss/pgledger) on the same PostgreSQL, from files given by path."""

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from bench.money.limit import run_pgbench

DATABASE = "bench_peer"
ACCOUNTS = 1_000
CALLERS, CONNECTIONS = 64, 8
PREPARE = f"""
CREATE TABLE places AS
SELECT g AS place, (pgledger_create_account('account ' || g, 'CNY')).id
FROM generate_series(1, {ACCOUNTS}) AS g;
ALTER TABLE places ADD PRIMARY KEY (place);
"""
SCRIPT = f"""
\\set one random(1, {ACCOUNTS})
\\set other 1 + (:one + random(0, {ACCOUNTS} - 2)) % {ACCOUNTS}
SELECT (pgledger_create_transfer(a.id, b.id, 1)).id FROM places AS a, places AS b
WHERE a.place = :one AND b.place = :other;
"""


def measure_peer(files: Sequence[Path], *, seconds: float) -> tuple[float, float]:
    """Return the peer's transfers a second, one a call, on eight connections: those of pgbench, and
    those behind 64 callers as ours are.
    """
    from config.engines.instance import Instance

    at = Instance.current().endpoint("postgres")
    login = f"host=127.0.0.1 port={at.port} user=kith password={at.password}"
    with psycopg.connect(f"{login} dbname=kith", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(f"{login} dbname={DATABASE}", autocommit=True) as peer:
        for file in files:
            peer.execute(file.read_text())
        peer.execute(PREPARE)
        peer.execute("VACUUM ANALYZE")
    bare = run_pgbench(SCRIPT, clients=8, seconds=seconds, name="peer", database=DATABASE)
    return bare, _measure_callers(f"{login} dbname={DATABASE}", seconds)


def _measure_callers(login: str, seconds: float) -> float:
    with psycopg.connect(login) as peer:
        accounts = [one for (one,) in peer.execute("SELECT id FROM places")]
    connections = threading.local()

    def transfer() -> None:
        if not hasattr(connections, "one"):
            connections.one = psycopg.connect(login, autocommit=True)
        connections.one.execute(
            "SELECT id FROM pgledger_create_transfer(%s, %s, 1)", random.sample(accounts, 2)
        ).fetchone()

    async def run() -> float:
        loop = asyncio.get_running_loop()
        done = itertools.count()
        stop = time.monotonic() + seconds

        async def one() -> None:
            while time.monotonic() < stop:
                await loop.run_in_executor(threads, transfer)
                next(done)

        started = time.monotonic()
        await asyncio.gather(*(one() for _ in range(CALLERS)))
        return next(done) / (time.monotonic() - started)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return asyncio.run(run())
