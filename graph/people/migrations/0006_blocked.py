"""People know whether their accounts are frozen, for the graph."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column; wallet.graphed fills it for who is frozen already."""

    dependencies = [("people", "0005_closed_at")]

    operations = [
        migrations.AddField("person", "blocked", models.BooleanField(default=False, db_default=False)),
    ]
