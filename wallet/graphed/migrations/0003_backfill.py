"""Channels, devices and frozen people that were there before."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """A migration of its own, because it changes rows of tables that were just given triggers."""

    dependencies = [("graphed", "0002_tell_the_graph")]

    operations = [migrations.RunSQL(read_sql("backfill"), migrations.RunSQL.noop)]
