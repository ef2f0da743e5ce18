"""The books. Rows are written by the SQL function `ledger_post_batch` alone; see docs/ledger.md."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

_AVAILABLE = F("credits_posted") - F("debits_posted") - F("debits_pending")


class Account(models.Model):
    """One account of money in one currency; amounts in minor units.

    People have accounts of kind `balance`. The escrow of an envelope belongs to its sender, so that
    what is taken from it is a payment by the sender and what comes back is none.

    `balance` is credits_posted - debits_posted; what is pending on the debit side is held.
    `min_balance` is a floor for what is available (balance minus held), `max_balance` a ceiling for
    balance plus what is pending on the credit side; null means none. An `unlocked` account has
    entries only: no balance of its own is kept, its balance is their sum, so it costs no lock
    however many pay through it.
    """

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="accounts", null=True
    )
    kind = models.TextField()
    currency = models.CharField(max_length=3)
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_pending = models.BigIntegerField(default=0)
    credits_pending = models.BigIntegerField(default=0)
    # Counts the entries of the account, without gaps.
    version = models.BigIntegerField(default=0)
    min_balance = models.BigIntegerField(null=True)
    max_balance = models.BigIntegerField(null=True)
    unlocked = models.BooleanField(default=False)
    frozen = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    # What left a person's balance on the newest day, and what of it counts, also for its year; see
    # Note [Outgoing] in wallet/limits/sql/outgoing.sql.
    outgoing_day = models.DateField(null=True)
    gone_on_day = models.BigIntegerField(default=0, db_default=0)
    paid_on_day = models.BigIntegerField(default=0, db_default=0)
    paid_in_year = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "currency"], condition=Q(kind="balance"),
                name="account_of_balance_is_one_per_currency",
            ),
            models.UniqueConstraint(
                fields=["kind", "currency"], condition=Q(unlocked=True),
                name="account_unlocked_is_one_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(min_balance=None) | Q(min_balance__lte=_AVAILABLE),
                name="account_stays_above_its_floor",
            ),
            models.CheckConstraint(
                condition=Q(debits_posted__gte=0) & Q(credits_posted__gte=0)
                & Q(debits_pending__gte=0) & Q(credits_pending__gte=0),
                name="account_totals_not_negative",
            ),
        ]  # fmt: skip

    @property
    def balance(self) -> int:
        """Return what was posted; meaningless for an unlocked account."""
        return self.credits_posted - self.debits_posted

    @property
    def held(self) -> int:
        """Return what pending transfers may still take."""
        return self.debits_pending

    @property
    def available(self) -> int:
        """Return what may be spent now."""
        return self.balance - self.held


class Action(models.TextChoices):
    """What a transfer does."""

    TRANSFER = "transfer"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"


class Sides(models.TextChoices):
    """Which accounts of a transfer something is about."""

    DEBIT = "debit"
    CREDIT = "credit"
    BOTH = "both"


class Transfer(models.Model):
    """One movement from the debit account to the credit account; append-only.

    A pending transfer holds the amount; at most one later transfer, which points back by
    `pending_id`, posts it (in whole or part), voids it, or says that it has expired. A reversal is
    a transfer of its own in the other direction that points back by `reverses`, at most once.
    """

    id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=8, choices=Action.choices)
    debit_account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    credit_account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # What the movement was for: envelope.claim, split.pay, loan.grant …
    code = models.TextField()
    pending_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)
    # The product's row that it belongs to.
    ref = models.UUIDField(null=True)
    note = models.TextField(default="")
    at = models.DateTimeField()
    # Whether freezes and ceilings did not count.
    refund = models.BooleanField(default=False, db_default=False)
    # Whose balance it was to bring to nought: `amount` is what that took.
    balancing = models.CharField(max_length=6, choices=Sides.choices, null=True)
    # Which accounts are closed while this hold stands.
    closing = models.CharField(max_length=6, choices=Sides.choices, null=True)
    # The transfer that this one takes back.
    reverses = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], name="transfer_hold_without_owner",
                condition=Q(action="pending", ref=None) & ~Q(expires_at=None),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["pending_id"], condition=~Q(pending_id=None),
                name="transfer_pending_is_resolved_once",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=~Q(reverses=None),
                name="transfer_is_reversed_once",
            ),
            models.CheckConstraint(
                condition=Q(closing=None) | Q(action="pending"),
                name="transfer_that_closes_is_a_hold",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="transfer_amount_not_negative"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="transfer_accounts_differ"
            ),
            models.CheckConstraint(
                condition=Q(action__in=["transfer", "pending"], pending_id=None)
                | (Q(action__in=["post", "void", "expire"]) & ~Q(pending_id=None)),
                name="transfer_points_back_when_it_resolves",
            ),
        ]  # fmt: skip


class Entry(models.Model):
    """One side of a posted transfer: a signed amount, and the account's balance after it;
    append-only.

    `version` counts the entries of a locked account without gaps; an unlocked one has neither. Ids
    of one account ascend with its versions, because they are made under the account's lock.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    id = models.UUIDField()
    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    transfer = models.ForeignKey(
        Transfer, models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()
    balance = models.BigIntegerField(null=True)
    version = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "version"], name="entry_version_is_used_once"
            ),
        ]


class Snapshot(models.Model):
    """What the entries of an unlocked account with ids below `up_to` sum to.

    No entry with such an id can come later; see `services.take_snapshots`.
    """

    pk = models.CompositePrimaryKey("account_id", "up_to")
    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    up_to = models.UUIDField()
    balance = models.BigIntegerField()
    # The latest moment that an entry covered by it carries.
    latest_at = models.DateTimeField()
    taken_at = models.DateTimeField()
