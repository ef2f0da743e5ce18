"""Plans of the posting function are made once per connection."""

from django.db import migrations

from wallet.ledger.functions import read_sql


class Migration(migrations.Migration):
    """Replace the function."""

    dependencies = [("ledger", "0006_count_outgoing")]

    operations = [migrations.RunSQL(read_sql("post_batch"), migrations.RunSQL.noop)]
