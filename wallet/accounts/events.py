"""Payments between people as the graph sees them."""

from collections.abc import Iterator
from functools import partial

from django.db import connection
from pydantic_core import from_json

from graph.projection.queries import APPLY_PAYMENTS, DUMP_PAYMENTS
from graph.projection.registry import Kind, Row, register_kind
from outbox.after_commit import run_after_commit
from outbox.registry import lane_of
from outbox.wake import wake_delivery

# A payment is a posted transfer between accounts of two people; one's own escrow is one's own
# money.
PAYMENTS = """
    SELECT t.id, payer.owner_id AS payer, payee.owner_id AS payee, jsonb_build_object(
        'id', t.id, 'version', 1, 'payer', payer.owner_id, 'payee', payee.owner_id,
        'amount', t.amount, 'currency', t.currency, 'kind', t.code,
        'at', floor(extract(epoch FROM t.at) * 1000)::bigint) AS row
    FROM ledger_transfer AS t
    JOIN ledger_account AS payer ON payer.id = t.debit_account_id
    JOIN ledger_account AS payee ON payee.id = t.credit_account_id
    WHERE t.action IN ('transfer', 'post') AND payer.owner_id <> payee.owner_id
"""
# The same of what a statement has just posted, whose rows it cannot see yet.
RECORD = """
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'graph', 'graph.payment', p.posted_id, 1, '{}',
           jsonb_build_object(
               'id', p.posted_id, 'version', 1, 'payer', payer.owner_id, 'payee', payee.owner_id,
               'amount', p.amount, 'currency', p.posted_currency, 'kind', p.posted_code,
               'at', floor(extract(epoch FROM %s::timestamptz) * 1000)::bigint)
    FROM posted AS p
    JOIN ledger_account AS payer ON payer.id = p.posted_debit
    JOIN ledger_account AS payee ON payee.id = p.posted_credit
    WHERE p.status = 'created' AND p.posted_action IN ('transfer', 'post')
      AND payer.owner_id <> payee.owner_id
    RETURNING 1
"""
# Our own text, put together once: no value of anybody goes into it.
ALL = f"SELECT row FROM ({PAYMENTS}) AS p ORDER BY id"  # noqa: S608


def _read_all() -> Iterator[Row]:
    # A cursor on the server's side, because there may be millions.
    with connection.chunked_cursor() as cursor:
        cursor.execute(ALL)
        for (row,) in cursor:
            yield from_json(row) if isinstance(row, str) else row


PAYMENT = register_kind(
    Kind(
        name="payment", order=4, apply=APPLY_PAYMENTS, dump=DUMP_PAYMENTS,
        ends=("payer", "payee"), read_all=_read_all,
    )
)  # fmt: skip


def wake_graph() -> None:
    """Have payments delivered that this transaction has recorded, once it has committed."""
    run_after_commit(partial(wake_delivery, lane_of(PAYMENT.topic)))
