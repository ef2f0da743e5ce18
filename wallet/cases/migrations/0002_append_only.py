from django.db import migrations

from wallet.cases.functions import read_sql


class Migration(migrations.Migration):
    """Steps are added and never changed."""

    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(read_sql("guards"), migrations.RunSQL.noop)]
