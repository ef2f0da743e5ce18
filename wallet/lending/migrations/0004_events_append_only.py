"""What was written of a loan stays; loans from before begin their statements as they stand."""

from django.db import migrations

from commands.append_only import refuse_changes

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
        refuse_changes(
            "lending_event", trigger="event_is_append_only",
            because="the statement of a loan is append-only",
        ),
    ]
