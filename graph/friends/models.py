"""Friendships and blocks."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F


class Status(models.TextChoices):
    """Where two people stand."""

    NONE = "none"
    ASKED = "asked"
    FRIENDS = "friends"


class Friendship(models.Model):
    """What two people are to each other; one row per pair, `low` being the lower id.

    `version` counts what the graph shows of it; a pair that was never friends stays at 0 and is not
    shown.
    """

    id = models.UUIDField(primary_key=True)
    low = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    high = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NONE)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True
    )
    asked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField(null=True)
    family_low = models.BooleanField(default=False)
    family_high = models.BooleanField(default=False)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="friendship_is_one_per_pair"),
            models.CheckConstraint(
                condition=models.Q(low__lt=F("high")), name="friendship_low_is_lower"
            ),
        ]
        indexes = [models.Index(name="friendship_by_high", fields=["high", "low"])]

    def other(self, person_id: UUID) -> UUID:
        """Return the other person of the pair."""
        return self.high_id if person_id == self.low_id else self.low_id

    @property
    def family(self) -> bool:
        """Tell whether both have marked the other as family."""
        return self.family_low and self.family_high

    def family_by(self, person_id: UUID) -> str:
        """Return who has marked the other as family, as one of the two sees it."""
        by_low, by_high = self.family_low, self.family_high
        mine, theirs = (by_low, by_high) if person_id == self.low_id else (by_high, by_low)
        return {(True, True): "both", (True, False): "me", (False, True): "them"}.get(
            (mine, theirs), ""
        )

    def mark_family(self, person_id: UUID) -> None:
        """Mark the other as family, in the person's name."""
        if person_id == self.low_id:
            self.family_low = True
        else:
            self.family_high = True

    def status_for(self, person_id: UUID) -> str:
        """Return the status as one of the two sees it."""
        if self.status == Status.ASKED:
            return "asked_by_me" if self.asked_by_id == person_id else "asked_by_them"
        return str(self.status)


class Block(models.Model):
    """Who does not want to hear from whom."""

    pk = models.CompositePrimaryKey("blocker_id", "blocked_id")
    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(name="block_by_blocked", fields=["blocked", "blocker"])]


class Dismissal(models.Model):
    """Whom somebody does not want to be suggested any more."""

    pk = models.CompositePrimaryKey("person_id", "other_id")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    other = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
