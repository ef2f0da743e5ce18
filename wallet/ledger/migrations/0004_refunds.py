"""A refund ignores freezes and ceilings."""

from django.db import migrations, models

from wallet.ledger.functions import read_sql

# A function with one argument more is another function: the old one would stay beside it.
DROP_OLD = """
DROP FUNCTION IF EXISTS ledger_post_batch(
    uuid[], text[], uuid[], uuid[], bigint[], text[], text[], uuid[], timestamptz[], boolean[],
    uuid[], text[], timestamptz
);
"""


class Migration(migrations.Migration):
    """Replace the function; the files in wallet/ledger/sql always hold the newest text."""

    dependencies = [("ledger", "0003_compare_expiry")]

    operations = [
        migrations.AddField(
            "transfer", "refund", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunSQL(DROP_OLD + read_sql("post_batch"), migrations.RunSQL.noop),
    ]
