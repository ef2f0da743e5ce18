"""What was written of a loan stays; loans from before begin their statements as they stand."""

from django.db import migrations

GUARD = """
    CREATE OR REPLACE FUNCTION lending_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the statement of a loan is append-only: % on % is refused',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END
    $$;
    CREATE OR REPLACE TRIGGER event_is_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON lending_event
        FOR EACH STATEMENT EXECUTE FUNCTION lending_refuse_change();
"""
UNGUARD = """
    DROP TRIGGER IF EXISTS event_is_append_only ON lending_event;
    DROP FUNCTION IF EXISTS lending_refuse_change();
"""
CARRY = """
    INSERT INTO lending_event (
        loan_id, number, kind, at, day, amount, interest, principal, days, principal_left,
        interest_left_micro
    )
    SELECT id, 1, 'carried', now(), accrued_on, amount, 0, 0, 0, principal, interest_micro
      FROM lending_loan WHERE accrued_on IS NOT NULL
        ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Guard the table, after the loans of before were written into it."""

    dependencies = [("lending", "0003_statements_and_allowances")]

    operations = [
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
