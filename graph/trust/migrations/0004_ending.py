"""Lines whose friendship has ended fall with what loans give back; those of before as well."""

from django.db import migrations, models

# What came back to life before this is lowered and written down; `manage.py rebuild_graph` brings it
# to the graph.
END = """
    WITH ended AS (
        UPDATE trust_line AS line
           SET ending = reserved > 0, capacity = reserved,
               version = version + (capacity > reserved)::int
         WHERE capacity > 0 AND NOT EXISTS (
               SELECT FROM friends_friendship AS friendship
                WHERE friendship.low_id = LEAST(line.giver_id, line.receiver_id)
                  AND friendship.high_id = GREATEST(line.giver_id, line.receiver_id)
                  AND friendship.status = 'friends')
        RETURNING new.*, old.capacity AS before
    )
    INSERT INTO trust_change (line_id, version, kind, at, capacity, reserved, burned, lenders)
    SELECT id, version, 'lowered', now(), capacity, reserved, burned, lenders
      FROM ended WHERE capacity < before
"""


class Migration(migrations.Migration):
    """The column, and who has it set already."""

    dependencies = [("trust", "0003_history_append_only"), ("friends", "0003_dismissal")]

    operations = [
        migrations.AddField(
            "line", "ending", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunSQL(END, migrations.RunSQL.noop),
    ]
