"""Reports about messages, people and rooms."""

from django.conf import settings
from django.db import models


class About(models.TextChoices):
    """What a report is about."""

    MESSAGE = "message"
    PERSON = "person"
    ROOM = "room"


class Reason(models.TextChoices):
    """What is wrong with it."""

    SPAM = "spam"
    ABUSE = "abuse"
    FRAUD = "fraud"
    VIOLENCE = "violence"
    OTHER = "other"


class Decision(models.TextChoices):
    """What the risk team made of it."""

    ACTED = "acted"
    DISMISSED = "dismissed"


class Report(models.Model):
    """Something that somebody reported; `snapshot` is how it looked to them at that moment,
    whatever is edited or recalled later.
    """

    id = models.UUIDField(primary_key=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    about = models.CharField(max_length=8, choices=About.choices)
    ref = models.UUIDField()
    reason = models.CharField(max_length=8, choices=Reason.choices)
    note = models.CharField(max_length=1000, blank=True, default="")
    snapshot = models.JSONField()
    at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True, default="")
    decision_note = models.CharField(max_length=1000, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "about", "ref"], condition=models.Q(closed_at__isnull=True),
                name="report_is_open_once_per_person_and_thing",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                name="report_open", fields=["-id"], condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(name="report_by_person", fields=["reporter", "at"]),
        ]
