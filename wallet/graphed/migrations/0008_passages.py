"""What was gated and posted at once was an intent in the graph until it is paid."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Replace the view and add the trigger."""

    dependencies = [("graphed", "0007_intents"), ("gates", "0001_initial")]

    operations = [migrations.RunSQL(read_sql("passages"), migrations.RunSQL.noop)]
