"""A ledger of its own that is gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import connection, transaction

from wallet.ledger.functions import read_sql
from wallet.ledger.models import Account, Entry, Snapshot, Transfer


@contextmanager
def throwaway_ledger() -> Iterator[None]:
    """Put an empty ledger in front of the real one until the block ends, then take it away.

    It stands in a schema of its own in a transaction that is rolled back: nobody else ever sees it,
    and nothing here can reach the real books, which are not even on the search path.
    """
    with transaction.atomic():
        schema = f"ledger_table_{uuid4().hex}"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{schema}"')
            cursor.execute(f'SET LOCAL search_path TO "{schema}"')
        with connection.schema_editor(atomic=False) as editor:
            for model in (Account, Transfer, Entry, Snapshot):
                editor.create_model(model)
            # There are no people here.
            editor.deferred_sql = [
                statement
                for statement in editor.deferred_sql
                if "FOREIGN KEY" not in str(statement)
            ]
        with connection.cursor() as cursor:
            cursor.execute(read_sql("compare", "post_batch", "guards"))
            # Tables force balances that no entry stands behind, also below a floor.
            cursor.execute(
                "ALTER TABLE ledger_account DROP CONSTRAINT account_stays_above_its_floor"
            )
        yield
        transaction.set_rollback(True)


def force_balances(*, account: Account, balances: tuple[int, int, int, int]) -> None:
    """Set an account's debits and credits, pending and posted, with the guard looking away."""
    guard = "account_balance_follows_entries"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ledger_account DISABLE TRIGGER {guard}")
    account.debits_pending, account.debits_posted = balances[:2]
    account.credits_pending, account.credits_posted = balances[2:]
    account.save()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ledger_account ENABLE TRIGGER {guard}")
