"""Thanks for shares, and indexes to look back by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("envelopes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="thanks",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="share",
            name="person",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="envelope",
            index=models.Index(fields=["room_id", "-id"], name="envelope_by_room"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("person__isnull", False)), fields=["person", "-envelope"],
                name="share_by_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("thanks", ""), ("person__isnull", False), _connector="OR"),
                name="share_is_thanked_for_by_who_took_it",
            ),
        ),
    ]
