"""The function that writes the ledger, and the triggers that refuse everything else."""

from django.db import migrations

from wallet.ledger.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace them; the files in wallet/ledger/sql always hold the newest text."""

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(read_sql("compare", "post_batch", "guards"), migrations.RunSQL.noop),
    ]
