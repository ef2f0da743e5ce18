from django.db import migrations

from commands.append_only import refuse_changes


class Migration(migrations.Migration):
    """Looks are added and never changed."""

    dependencies = [("risk", "0001_looks")]

    operations = [
        refuse_changes(
            "risk_look", trigger="look_is_append_only",
            because="what the risk team looked at stays",
        ),
    ]
