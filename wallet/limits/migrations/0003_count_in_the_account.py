"""The ledger counts while it posts; no trigger does it afterwards."""

from django.db import migrations

from wallet.limits.functions import read_sql

MOVE = """
UPDATE ledger_account AS a
   SET outgoing_day = s.day, gone_on_day = s.gone_on_day, paid_on_day = s.paid_on_day,
       paid_in_year = s.paid_in_year
  FROM outgoing_spent AS s WHERE s.account_id = a.id;
"""


class Migration(migrations.Migration):
    """Move what was counted into the accounts; the file in wallet/limits/sql has the newest text."""

    dependencies = [("outgoing", "0002_count"), ("ledger", "0006_count_outgoing")]

    operations = [
        migrations.RunSQL(read_sql("outgoing"), migrations.RunSQL.noop),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel("Spent"),
    ]
