"""How rules are switched, what was decided about payments, and those that wait for a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Mode(models.TextChoices):
    """Whether a rule is asked: never, afterwards and only written down, or before the payment."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


class Switch(models.Model):
    """A rule as somebody set it; the last one of a rule counts, and all of them stay.

    `version` is that of the rule's code at the time. Without a row a rule is as its code says.
    """

    rule = models.CharField(max_length=64)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField(default=dict)
    # Null: at the command line.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    reason = models.CharField(max_length=2000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="switch_newest_first", fields=["rule", "-id"])]


class Decision(models.Model):
    """What was decided about a payment, by which rules, and what came of it; never changed.

    `findings` are the rules and gates that fired, with their inputs. A `shadow` decision was made
    after the payment by the rules that are only tried: its outcome is what they would have had,
    and nothing came of it, so it is forgotten after a while; all others stay. People and devices
    are ids without a constraint: an insert costs no look at them.
    """

    id = models.UUIDField(primary_key=True)
    payment_id = models.UUIDField()
    command = models.CharField(max_length=32)
    payer_id = models.UUIDField()
    payee_id = models.UUIDField(null=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    device_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=9)
    became = models.CharField(max_length=8, blank=True, default="")
    shadow = models.BooleanField(default=False)
    findings = models.JSONField(default=list)
    # The last change of the rules that was known; see selectors.find_mark.
    mark = models.BigIntegerField()
    took_ms = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="decision_by_payment", fields=["payment_id"]),
            models.Index(name="decision_by_payer", fields=["payer_id", "-id"]),
            models.Index(name="decision_in_shadow_may_go", fields=["at"], condition=Q(shadow=True)),
        ]


class ReviewStatus(models.TextChoices):
    """Where a held payment stands."""

    HELD = "held"
    RELEASED = "released"
    RETURNED = "returned"
    EXPIRED = "expired"


class Review(models.Model):
    """A payment that waits for a person of the risk team.

    `proposed` is what the first of two people wants (`release`, `return`), where it takes two.
    """

    id = models.UUIDField(primary_key=True)
    payment_id = models.UUIDField(unique=True)
    command = models.CharField(max_length=32)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=8, choices=ReviewStatus.choices, default=ReviewStatus.HELD)
    proposed = models.CharField(max_length=8, blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="review_is_closed_once_decided",
                condition=Q(status="held", closed_at=None)
                | (~Q(status="held") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="review_is_proposed_by_somebody",
                condition=Q(proposed="", proposed_by=None)
                | (~Q(proposed="") & Q(proposed_by__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="review_by_status", fields=["status", "-id"]),
            models.Index(name="review_by_payer", fields=["payer"]),
            models.Index(name="review_by_payee", fields=["payee"]),
            # Whoever forgets a decision looks whether a review stands on it.
            models.Index(name="review_by_decision", fields=["decision"]),
        ]


class Step(models.Model):
    """Who did what to a held payment, when and why; append-only. `by` is null for the time-out.

    `action` is held, proposed, released, returned or expired.
    """

    id = models.UUIDField(primary_key=True)
    review = models.ForeignKey(Review, models.PROTECT, related_name="steps", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    action = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8, blank=True, default="")
    reason = models.CharField(max_length=2000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="review_step_in_order", fields=["review", "id"])]


class Place(models.Model):
    """Where somebody was when they signed in or used a device: degrees, the country as ISO 3166
    ("" where unknown), and a keyed digest of the network. Only what a provider knew is written.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    device_id = models.UUIDField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    country = models.CharField(max_length=2, blank=True, default="")
    network = models.CharField(max_length=16, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="place_by_person", fields=["person_id", "-id"])]


class Leap(models.Model):
    """That an account was used at two places within less time than one can travel, and that no
    family tie explains it; append-only. `asked` says who told about the tie: `graph`, or `default`
    where it did not answer in time.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    from_place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    to_place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    kilometres = models.PositiveIntegerField()
    speed = models.PositiveIntegerField()
    asked = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="leap_by_person", fields=["person_id", "-id"])]
