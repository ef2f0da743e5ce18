"""What keeps answers and scores as they were written."""

from django.db import migrations

from commands.append_only import refuse_changes

STAYS = "points are append-only"


class Migration(migrations.Migration):
    """What a service was told, and by which score, stays; a score is never changed, only forgotten
    with the consent to it.
    """

    dependencies = [("points", "0001_initial")]

    operations = [
        refuse_changes("points_ask", trigger="ask_is_append_only", because=STAYS),
        refuse_changes(
            "points_score", trigger="score_is_never_changed", because=STAYS, of="UPDATE"
        ),
    ]
