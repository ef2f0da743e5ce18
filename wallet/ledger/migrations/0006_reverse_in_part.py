"""A reversal may take back less than the whole of its transfer."""

from django.db import migrations

from wallet.ledger.functions import read_sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_ledger_semantics")]
    operations = [migrations.RunSQL(read_sql("post_batch"), migrations.RunSQL.noop)]
