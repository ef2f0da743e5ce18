"""A guarantee counts from the moment of the grant, not from its date."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Replace the view and the triggers; a rebuild brings the moments of before to the graph."""

    dependencies = [("graphed", "0003_backfill"), ("lending", "0004_events_append_only")]

    operations = [migrations.RunSQL(read_sql("views", "tell"), migrations.RunSQL.noop)]
