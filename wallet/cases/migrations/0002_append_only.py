from django.db import migrations

from commands.append_only import refuse_changes

STAYS = "the history of cases stays"


class Migration(migrations.Migration):
    """Steps are added and never changed, and no case goes away."""

    dependencies = [("cases", "0001_initial")]

    operations = [
        refuse_changes("cases_step", trigger="step_is_append_only", because=STAYS),
        refuse_changes(
            "cases_case", trigger="case_is_never_removed", because=STAYS, of="DELETE OR TRUNCATE"
        ),
    ]
