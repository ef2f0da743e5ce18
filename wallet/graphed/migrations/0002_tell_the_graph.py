"""The views that say what the graph holds of the wallet, and the triggers that tell it."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace them; the files in wallet/graphed/sql always hold the newest text."""

    dependencies = [
        ("graphed", "0001_initial"),
        ("lending", "0004_events_append_only"),
        ("closing", "0003_close_fresh"),
        ("ledger", "0006_count_outgoing"),
        ("trust", "0001_initial"),
        ("people", "0006_blocked"),
        ("outbox", "0001_initial"),
    ]

    operations = [migrations.RunSQL(read_sql("views", "tell"), migrations.RunSQL.noop)]
