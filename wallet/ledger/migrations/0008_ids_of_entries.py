"""The posting function draws the ids of a batch's entries once."""

from django.db import migrations

from wallet.ledger.functions import read_sql


class Migration(migrations.Migration):
    """Replace the function."""

    dependencies = [("ledger", "0007_keep_plans")]

    operations = [migrations.RunSQL(read_sql("post_batch"), migrations.RunSQL.noop)]
