"""Trust lines."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Lenders(models.TextChoices):
    """Whose loans a line may serve besides its giver's own."""

    ANY = "any"
    FRIENDS = "friends"
    NOBODY = "nobody"


class Line(models.Model):
    """`giver` stands behind `receiver` up to `capacity`; open loans use `reserved` of it.

    Amounts in minor units of CNY. `burned` is what defaults have taken from the capacity, for good.
    A line whose capacity is 0 has ended; the row stays, because the graph needs its version.
    """

    id = models.UUIDField(primary_key=True)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lines_given")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lines_received"
    )
    capacity = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0)
    burned = models.BigIntegerField(default=0)
    lenders = models.CharField(max_length=8, choices=Lenders.choices, default=Lenders.ANY)
    version = models.BigIntegerField(default=1)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giver", "receiver"], name="line_is_one_per_direction"),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="line_leads_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("capacity")),
                name="line_reserved_within_capacity",
            ),
            models.CheckConstraint(condition=Q(burned__gte=0), name="line_burned_not_negative"),
        ]

    @property
    def free(self) -> int:
        """Return what is left of the line."""
        return self.capacity - self.reserved
