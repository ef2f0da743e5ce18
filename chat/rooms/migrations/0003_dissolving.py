"""Groups that were dissolved, and members who were removed."""

from django.db import migrations, models

# What the last event about each former member says.
REMOVED = """
    UPDATE rooms_member AS m SET was_removed = true FROM rooms_event AS e
    WHERE e.room_id = m.room_id AND e.seq = m.left_seq AND e.kind = 'member.left'
      AND e.by_id <> m.person_id
"""


class Migration(migrations.Migration):
    """Add both."""

    dependencies = [("rooms", "0002_functions")]

    operations = [
        migrations.AddField("room", "dissolved_at", models.DateTimeField(null=True)),
        migrations.AddField("member", "was_removed", models.BooleanField(default=False)),
        migrations.RunSQL(REMOVED, migrations.RunSQL.noop),
    ]
