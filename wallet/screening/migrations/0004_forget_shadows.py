from django.db import migrations, models

from commands.append_only import refuse_changes

STAYS = "the history of screening stays"
SHADOWS_MAY_GO = f"""
    CREATE OR REPLACE TRIGGER decision_of_a_payment_stays BEFORE DELETE ON screening_decision
        FOR EACH ROW WHEN (NOT OLD.shadow) EXECUTE FUNCTION refuse_change('{STAYS}');
"""
NONE_MAY_GO = "DROP TRIGGER IF EXISTS decision_of_a_payment_stays ON screening_decision;"


class Migration(migrations.Migration):
    """What rules in shadow would have decided is forgotten after a while; all else stays."""

    dependencies = [("screening", "0003_payments_by_side")]

    operations = [
        migrations.RunSQL(SHADOWS_MAY_GO, NONE_MAY_GO),
        refuse_changes(
            "screening_decision", trigger="decision_is_append_only", because=STAYS,
            of="UPDATE OR TRUNCATE",
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                name="decision_in_shadow_may_go", fields=["at"],
                condition=models.Q(shadow=True),
            ),
        ),
        # Whoever forgets a decision looks whether a review stands on it.
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["decision"], name="review_by_decision"),
        ),
    ]
