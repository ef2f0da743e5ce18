"""The function that hands out a room's numbers."""

from django.db import migrations

from chat.rooms.locks import read_sql


class Migration(migrations.Migration):
    """Create or replace it."""

    dependencies = [("rooms", "0001_initial")]

    operations = [migrations.RunSQL(read_sql("take_seqs"), migrations.RunSQL.noop)]
