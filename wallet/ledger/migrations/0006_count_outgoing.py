"""What an account has paid lately stands in its own row; a status may come with a detail."""

from django.db import migrations, models

from wallet.ledger.functions import read_sql

# What a function returns cannot be replaced.
DROP_OLD = """
DROP FUNCTION IF EXISTS ledger_post_batch(
    uuid[], text[], uuid[], uuid[], bigint[], text[], text[], uuid[], timestamptz[], boolean[],
    uuid[], text[], timestamptz, boolean[], text[], text[], uuid[]
);
"""


class Migration(migrations.Migration):
    """Add the columns and replace the function."""

    dependencies = [("ledger", "0005_ledger_semantics")]

    operations = [
        migrations.AddField("account", "outgoing_day", models.DateField(null=True)),
        migrations.AddField("account", "gone_on_day", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("account", "paid_on_day", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("account", "paid_in_year", models.BigIntegerField(default=0, db_default=0)),
        migrations.RunSQL(DROP_OLD + read_sql("post_batch", "guards"), migrations.RunSQL.noop),
    ]
