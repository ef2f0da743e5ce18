"""The trigger that freezes what a frozen person opens."""

from django.db import migrations

from wallet.closing.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace it; the file in wallet/closing/sql always holds the newest text."""

    dependencies = [("closing", "0001_initial"), ("ledger", "0004_refunds")]

    operations = [migrations.RunSQL(read_sql("freeze"), migrations.RunSQL.noop)]
