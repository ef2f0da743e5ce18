"""What was written of a line's history stays; lines from before begin theirs as they are."""

from django.db import migrations

GUARD = """
    CREATE OR REPLACE FUNCTION trust_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the history of trust is append-only: % on % is refused',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END
    $$;
    CREATE OR REPLACE TRIGGER change_is_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON trust_change
        FOR EACH STATEMENT EXECUTE FUNCTION trust_refuse_change();
"""
UNGUARD = """
    DROP TRIGGER IF EXISTS change_is_append_only ON trust_change;
    DROP FUNCTION IF EXISTS trust_refuse_change();
"""
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
        migrations.RunSQL(GUARD, UNGUARD),
    ]
