"""What keeps answers and scores as they were written."""

from django.db import migrations

from wallet.points.functions import read_sql


class Migration(migrations.Migration):
    """Create or replace it; the file in wallet/points/sql always holds the newest text."""

    dependencies = [("points", "0001_initial")]

    operations = [migrations.RunSQL(read_sql("guards"), migrations.RunSQL.noop)]
