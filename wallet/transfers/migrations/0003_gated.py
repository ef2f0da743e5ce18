from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether a transfer stands in the graph as an intent."""

    dependencies = [("transfers", "0002_under_review")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="gated",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
