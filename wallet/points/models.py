"""Who takes part, their scores with all that made them, and what services asked and were told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

# What a person has answered to a service.
ASKED, GIVEN, REFUSED = "asked", "given", "refused"


class Membership(models.Model):
    """That somebody takes part, from `since` until `until`; null while they do.

    Rows stay, as the record of what was agreed to: `words` is the version of the text on the page.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    words = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="membership_is_open_once"
            ),
        ]
        indexes = [models.Index(name="membership_by_person", fields=["person", "-id"])]


class Run(models.Model):
    """A round of scoring for a month, from what happened before `as_of`.

    One that was broken off goes on with the same `as_of`; a later one brings those who joined
    since. `graph_event` is the outbox event up to which the graph had to be level.
    """

    id = models.UUIDField(primary_key=True)
    # The first day of the month.
    month = models.DateField()
    formula = models.PositiveSmallIntegerField()
    as_of = models.DateTimeField()
    graph_event = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "formula"], condition=Q(finished_at=None),
                name="run_is_under_way_once",
            ),
        ]  # fmt: skip


class Score(models.Model):
    """Somebody's score of a month, never changed; deleted when the person opts out.

    `parts` are the points of each part with the reasons and values that made them, `inputs` all
    that the formula was given, so that anybody can compute it again.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(Run, models.PROTECT, related_name="scores", db_index=False)
    month = models.DateField()
    formula = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField()
    inputs = models.JSONField()
    as_of = models.DateTimeField()
    # When the graph was asked for the relations part.
    graph_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month", "formula"], name="score_is_made_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=350) & Q(score__lte=950), name="score_within_bounds"
            ),
        ]


class Consent(models.Model):
    """What somebody answered to a service that wants to ask a gate: not yet, yes until, or no.

    Rows stay, so that a no is remembered.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    gate = models.CharField(max_length=32)
    status = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "service", "gate"], name="consent_is_one_per_service_and_gate"
            ),
            models.CheckConstraint(
                condition=Q(status="given", until__isnull=False) | ~Q(status="given"),
                name="consent_given_has_an_end",
            ),
        ]


class Ask(models.Model):
    """What a service asked and was told, append-only: `score` is what it was decided by."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    gate = models.CharField(max_length=32)
    threshold = models.PositiveSmallIntegerField()
    allowed = models.BooleanField()
    reason = models.CharField(max_length=16)
    score = models.PositiveSmallIntegerField(null=True)
    month = models.DateField(null=True)
    formula = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="ask_by_person", fields=["person", "-id"]),
            models.Index(name="ask_by_service", fields=["service", "-id"]),
        ]


class Grant(models.Model):
    """That a service was told yes for some time, and need not look at the score again until then.

    `ended_at` is set when the person takes it back.
    """

    id = models.UUIDField(primary_key=True)
    ask = models.OneToOneField(Ask, models.PROTECT, related_name="grant")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    gate = models.CharField(max_length=32)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="grant_by_person", fields=["person", "gate", "-id"])]


class Withdrawal(models.Model):
    """That the scores of a cohort are neither used nor shown, until `ended_at`; rows stay as the
    log. `by` is null for the command line.
    """

    id = models.UUIDField(primary_key=True)
    # all, joined, month, tier, formula; and which of them.
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=16, blank=True, default="")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    at = models.DateTimeField()
    ended_reason = models.CharField(max_length=200, blank=True, default="")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(ended_at=None),
                name="withdrawal_of_a_cohort_is_one",
            ),
        ]  # fmt: skip
