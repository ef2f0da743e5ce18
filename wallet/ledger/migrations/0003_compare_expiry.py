"""An id that comes again is compared in its batch as in the table, and by its expiry too."""

from django.db import migrations

from wallet.ledger.functions import read_sql


class Migration(migrations.Migration):
    """Replace the function; the files in wallet/ledger/sql always hold the newest text."""

    dependencies = [("ledger", "0002_functions_and_guards")]

    operations = [
        migrations.RunSQL(read_sql("compare", "post_batch"), migrations.RunSQL.noop),
    ]
