from django.db import migrations, models


class Migration(migrations.Migration):
    """The past is read in order of time by whoever replays it."""

    dependencies = [("transfers", "0003_gated")]

    operations = [
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["at", "id"], name="transfer_by_moment"),
        ),
    ]
