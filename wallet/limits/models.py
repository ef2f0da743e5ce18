"""The rules by which payments are judged, and payment PINs."""

from datetime import datetime

from django.conf import settings
from django.db import models


class Rules(models.Model):
    """The settings by which the ledger decides, written after each `migrate`; one row.

    `ceilings` has for each tier what may be paid in a payment, a day and a year.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    time_zone = models.TextField()
    ceilings = models.JSONField()
    pin_payment = models.BigIntegerField()
    pin_day = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="rules_are_one_row")]


class Pin(models.Model):
    """A person's payment PIN, and the wrong tries since the last right one."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    hashed = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tries__lte=settings.PIN_TRIES), name="pin_is_tried_a_few_times"
            ),
        ]

    def is_locked(self, at: datetime) -> bool:
        """Tell whether too many wrong tries have locked the PIN at a moment."""
        return self.locked_until is not None and at < self.locked_until
