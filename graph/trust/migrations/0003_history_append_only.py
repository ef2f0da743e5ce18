"""What was written of a line's history stays; lines from before begin theirs as they are."""

from django.db import migrations

from commands.append_only import refuse_changes

BEGIN = """
    INSERT INTO trust_change (
        line_id, version, kind, at, by, capacity, reserved, burned, lenders
    )
    SELECT id, version, 'set', set_at, giver_id, capacity, reserved, burned, lenders
      FROM trust_line
        ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Guard the table, after the lines of before were written into it."""

    dependencies = [("trust", "0002_history")]

    operations = [
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
        refuse_changes(
            "trust_change", trigger="change_is_append_only",
            because="the history of trust is append-only",
        ),
    ]
