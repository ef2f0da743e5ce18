"""Cases and their history."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Decision(models.TextChoices):
    """What was decided last: `watch` marks, `hold` and `block` freeze, `clear` ends the case."""

    NONE = ""
    WATCH = "watch"
    HOLD = "hold"
    BLOCK = "block"
    CLEAR = "clear"


class Case(models.Model):
    """Something about a person that the risk team looks into; one open case a person at a time.

    `account_id` is the account that it was opened about, if it was one. `freeze_id` is the freeze
    that the case has set and not lifted; a freeze that was there before is not the case's.
    """

    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    account_id = models.UUIDField(null=True)
    note = models.CharField(max_length=2000)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    freeze_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="case_is_open_once_per_person",
                fields=["subject"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="case_is_closed_by_clearing",
                condition=Q(closed_at=None) | Q(decision="clear", freeze_id=None),
            ),
            models.CheckConstraint(
                name="case_freezes_by_hold_or_block",
                condition=Q(freeze_id=None) | Q(decision__in=["hold", "block"]),
            ),
        ]
        indexes = [models.Index(name="case_by_subject", fields=["subject", "-id"])]  # fmt: skip


class Step(models.Model):
    """Who did what in a case, when and why; append-only.

    `action` is opened, added or decided; `kind` what was added: query, person, account or text.
    `content` is the finding as it was then: of a question also its columns and rows.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    action = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, blank=True, default="")
    decision = models.CharField(max_length=8, blank=True, default="")
    text = models.CharField(max_length=2000, blank=True, default="")
    content = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="case_step_in_order", fields=["case", "id"])]
