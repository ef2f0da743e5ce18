"""Who of the risk team looked at what."""

from django.conf import settings
from django.db import models


class Look(models.Model):
    """A question that somebody put to the live graph; rows are added and never changed.

    `by` names who asked where nobody was logged in, such as at a command line.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    by = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    question = models.CharField(max_length=100)
    parameters = models.JSONField()

    class Meta:
        """Database details."""

        db_table = "risk_look"
        constraints = [
            models.CheckConstraint(
                name="look_is_somebodys",
                condition=models.Q(person__isnull=False) | ~models.Q(by=""),
            )
        ]
        indexes = [models.Index(fields=["person", "id"], name="looks_of_a_person")]
