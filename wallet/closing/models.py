"""Who was frozen, when and why; rows stay, so that one can read it later."""

from django.conf import settings
from django.db import models


class Freeze(models.Model):
    """All accounts of a person, also those that are opened later, from `at` to `lifted_at`."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(lifted_at=None),
                name="freeze_is_one_at_a_time",
            ),
        ]  # fmt: skip
