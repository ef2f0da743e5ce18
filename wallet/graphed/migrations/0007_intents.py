"""A gated transfer is an intent in the graph until it is paid or ends."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Add the view and the triggers."""

    dependencies = [
        ("graphed", "0006_sign_ins_by_device"), ("transfers", "0003_gated"),
        ("ledger", "0006_count_outgoing"),
    ]

    operations = [migrations.RunSQL(read_sql("intents"), migrations.RunSQL.noop)]
