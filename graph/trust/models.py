"""Trust lines, what has happened to them, and what proposals may draw on."""

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
    `ending` says that the friendship ended while loans used the line: what they give back is lost
    to it, until its giver sets it anew.
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
    ending = models.BooleanField(default=False, db_default=False)
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


class ChangeKind(models.TextChoices):
    """What changed a line."""

    # By its giver.
    SET = "set"
    # To what loans use of it, because a friendship ended or one blocked the other.
    LOWERED = "lowered"
    # A loan begins to use it, gives some of it back, or costs it for good.
    RESERVED = "reserved"
    RELEASED = "released"
    BURNED = "burned"


class Change(models.Model):
    """One change of a line, with what the line was after it; append-only.

    The numbers of a line's changes are its versions, so a change that was not written down shows as
    a hole. `by` is who did it, nobody where time did; `loan` and its `borrower` say for what.
    """

    pk = models.CompositePrimaryKey("line_id", "version")
    line = models.ForeignKey(Line, models.PROTECT, related_name="changes", db_index=False)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    loan = models.UUIDField(null=True)
    borrower = models.UUIDField(null=True)
    capacity = models.BigIntegerField()
    reserved = models.BigIntegerField()
    burned = models.BigIntegerField()
    lenders = models.CharField(max_length=8, choices=Lenders.choices)


class Consent(models.Model):
    """What of a person's own a proposal may draw on: nothing unless they say so.

    `loans` are those with the other person, `transfers` money sent between the two, `friendship`
    how long it lasts, `mutual` the friends that the two share.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    loans = models.BooleanField(default=False)
    transfers = models.BooleanField(default=False)
    friendship = models.BooleanField(default=False)
    mutual = models.BooleanField(default=False)
    at = models.DateTimeField()
