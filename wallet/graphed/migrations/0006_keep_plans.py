"""Moments are read within the statement, and its plan is made once per connection."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Replace the functions."""

    dependencies = [("graphed", "0005_shared_browsers")]

    operations = [migrations.RunSQL(read_sql("views", "tell"), migrations.RunSQL.noop)]
