"""The index that `room.search` finds parts of words by."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """Make the extension, which any owner of a database may, and the index."""

    dependencies = [
        ("messages", "0001_initial"),
        ("rooms", "0002_functions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="message",
            index=GinIndex(
                OpClass(Upper("text"), name="gin_trgm_ops"), name="message_text_in_parts",
                condition=models.Q(kind="text"),
            ),  # fmt: skip
        ),
    ]
