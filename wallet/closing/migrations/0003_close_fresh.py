"""The trigger closes what is opened for a person who has left."""

from django.db import migrations

from wallet.closing.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace it; the file in wallet/closing/sql always holds the newest text."""

    dependencies = [("closing", "0002_freeze_fresh"), ("people", "0005_closed_at")]

    operations = [migrations.RunSQL(read_sql("freeze"), migrations.RunSQL.noop)]
