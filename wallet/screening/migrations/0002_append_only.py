from django.db import migrations

from commands.append_only import refuse_changes

STAYS = "the history of screening stays"


class Migration(migrations.Migration):
    """Switches, decisions and steps are added and never changed, and no review goes away."""

    dependencies = [("screening", "0001_initial")]

    operations = [
        refuse_changes("screening_switch", trigger="switch_is_append_only", because=STAYS),
        refuse_changes("screening_decision", trigger="decision_is_append_only", because=STAYS),
        refuse_changes("screening_leap", trigger="leap_is_append_only", because=STAYS),
        refuse_changes("screening_step", trigger="review_step_is_append_only", because=STAYS),
        refuse_changes(
            "screening_review", trigger="review_is_never_removed", because=STAYS,
            of="DELETE OR TRUNCATE",
        ),
    ]
