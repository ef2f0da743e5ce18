"""A browser that several people sign in with is one device."""

from django.db import migrations

from wallet.graphed.functions import read_sql


class Migration(migrations.Migration):
    """Replace the triggers; browsers of before stay devices of their own."""

    dependencies = [
        ("graphed", "0004_guarantees_since_the_grant"),
        ("people", "0008_browser_machine"),
    ]

    operations = [migrations.RunSQL(read_sql("views", "tell"), migrations.RunSQL.noop)]
