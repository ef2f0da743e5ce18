"""The functions by which what is paid is judged."""

from django.db import migrations

from wallet.limits.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace it; the file in wallet/limits/sql always holds the newest text."""

    dependencies = [
        ("outgoing", "0001_initial"),
        ("ledger", "0004_refunds"),
        ("people", "0001_initial"),
    ]

    operations = [migrations.RunSQL(read_sql("outgoing"), migrations.RunSQL.noop)]
