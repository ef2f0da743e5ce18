"""Expenses, what each version of them said, who is owed what, and settlements."""

from django.conf import settings
from django.db import models


class Every(models.TextChoices):
    """How often an expense repeats."""

    WEEK = "week"
    MONTH = "month"
    NEVER = "never"


class Expense(models.Model):
    """What some people of a room paid for some people of it; amounts in minor units.

    A deleted one stays for its history and counts no more. `turn` says who carries the odd units of
    an even one. A repeating expense is the first of its series: the others are copies that point
    back by `series`, each for one date, which `due_on` keeps whatever becomes of `on`.
    """

    id = models.UUIDField(primary_key=True)
    room_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True, default="")
    category = models.CharField(max_length=32, blank=True, default="")
    on = models.DateField()
    # As it was said; the lines hold what follows from it.
    between = models.JSONField()
    turn = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.NEVER)
    # The date from which the repetitions count, and that of the next one.
    repeats_from = models.DateField(null=True)
    next_on = models.DateField(null=True)
    series = models.ForeignKey("self", models.PROTECT, null=True, related_name="occurrences")
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=1), name="expense_is_positive"),
            models.UniqueConstraint(
                fields=["series", "due_on"], name="expense_occurs_once_per_date"
            ),
            models.CheckConstraint(
                condition=models.Q(every="never", next_on=None)
                | (
                    ~models.Q(every="never")
                    & models.Q(next_on__isnull=False, repeats_from__isnull=False)
                ),
                name="expense_that_repeats_knows_when",
            ),
        ]
        indexes = [
            models.Index(name="expense_of_room", fields=["room_id", "-id"]),
            models.Index(
                name="expense_to_repeat", fields=["next_on"],
                condition=models.Q(next_on__isnull=False),
            ),
        ]  # fmt: skip


class Line(models.Model):
    """What one person paid of an expense, and what their part of it is."""

    pk = models.CompositePrimaryKey("expense_id", "person_id")
    expense = models.ForeignKey(Expense, models.PROTECT, related_name="lines", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    paid = models.BigIntegerField(default=0)
    # Null for who only paid.
    part = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paid__gte=0) & (models.Q(part=None) | models.Q(part__gte=0)),
                name="expense_line_not_negative",
            ),
        ]


class Version(models.Model):
    """What an expense said after a change, and who changed it; append-only."""

    pk = models.CompositePrimaryKey("expense_id", "number")
    expense = models.ForeignKey(Expense, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    terms = models.JSONField()


class Balance(models.Model):
    """What a person is owed in a room and currency by all its expenses and settlements, less than 0
    when they owe.

    A sum of lines, kept so that it can be locked: whoever settles is bound by it.
    """

    pk = models.CompositePrimaryKey("room_id", "currency", "person_id")
    room_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    net = models.BigIntegerField()


class SettlementStatus(models.TextChoices):
    """Where a settlement stands; cash waits for the receiver's word."""

    PAID = "paid"
    TO_CONFIRM = "to_confirm"
    DECLINED = "declined"


class Settlement(models.Model):
    """Money that one person gave another because of what is owed in a room.

    `transfer_id` is the ledger's transfer; null for cash.
    """

    id = models.UUIDField(primary_key=True)
    room_id = models.UUIDField()
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=SettlementStatus.choices)
    transfer_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="settlement_moves_something"
            ),
            models.CheckConstraint(
                condition=~models.Q(payer=models.F("payee")), name="settlement_goes_to_somebody"
            ),
        ]
        indexes = [models.Index(name="settlement_of_room", fields=["room_id", "-id"])]


class Turn(models.Model):
    """Who carries the odd units of the next even expense in a room."""

    room_id = models.UUIDField(primary_key=True)
    expenses = models.BigIntegerField(default=0)
