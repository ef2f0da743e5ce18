"""The link of somebody by which others become their friends."""

from django.conf import settings
from django.db import models


class Link(models.Model):
    """A person's link; its secret is derived from its id and kept nowhere, and a new one takes its
    place. Written under the person's lock.
    """

    id = models.UUIDField(primary_key=True)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # How many more people may follow it.
    uses_left = models.IntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses_left__gte=0), name="link_is_not_followed_too_often"
            ),
        ]  # fmt: skip
