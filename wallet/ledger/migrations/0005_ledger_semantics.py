"""Balancing, closing and reversing transfers, expiry of holds, snapshots of unlocked accounts."""

from django.db import migrations, models
from django.db.models import Q

from wallet.ledger.functions import read_sql

# Functions with other arguments are other functions: the old ones would stay beside them.
DROP_OLD = """
DROP FUNCTION IF EXISTS ledger_post_batch(
    uuid[], text[], uuid[], uuid[], bigint[], text[], text[], uuid[], timestamptz[], boolean[],
    uuid[], text[], timestamptz, boolean[]
);
DROP FUNCTION IF EXISTS ledger_compare(
    ledger_transfer, text, uuid, uuid, bigint, text, text, uuid, uuid, timestamptz
);
"""
SIDES = [("debit", "Debit"), ("credit", "Credit"), ("both", "Both")]


class Migration(migrations.Migration):
    """Replace the functions; the files in wallet/ledger/sql always hold the newest text."""

    dependencies = [("ledger", "0004_refunds")]

    operations = [
        migrations.AlterField(
            "transfer", "action",
            models.CharField(
                max_length=8,
                choices=[
                    ("transfer", "Transfer"), ("pending", "Pending"), ("post", "Post"),
                    ("void", "Void"), ("expire", "Expire"),
                ],
            ),
        ),
        migrations.AddField(
            "transfer", "balancing", models.CharField(max_length=6, choices=SIDES, null=True)
        ),
        migrations.AddField(
            "transfer", "closing", models.CharField(max_length=6, choices=SIDES, null=True)
        ),
        migrations.AddField("transfer", "reverses", models.UUIDField(null=True)),
        migrations.RemoveConstraint("transfer", "transfer_points_back_when_it_resolves"),
        migrations.AddConstraint(
            "transfer",
            models.CheckConstraint(
                condition=Q(action__in=["transfer", "pending"], pending_id=None)
                | (Q(action__in=["post", "void", "expire"]) & ~Q(pending_id=None)),
                name="transfer_points_back_when_it_resolves",
            ),
        ),
        migrations.AddConstraint(
            "transfer",
            models.UniqueConstraint(
                fields=["reverses"], condition=~Q(reverses=None), name="transfer_is_reversed_once"
            ),
        ),
        migrations.AddConstraint(
            "transfer",
            models.CheckConstraint(
                condition=Q(closing=None) | Q(action="pending"),
                name="transfer_that_closes_is_a_hold",
            ),
        ),
        migrations.AddIndex(
            "transfer",
            models.Index(
                fields=["expires_at"], name="transfer_hold_without_owner",
                condition=Q(action="pending", ref=None) & ~Q(expires_at=None),
            ),
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "up_to", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("up_to", models.UUIDField()),
                ("balance", models.BigIntegerField()),
                ("latest_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False, db_index=False,
                        on_delete=models.deletion.DO_NOTHING, related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(DROP_OLD + read_sql("compare", "post_batch"), migrations.RunSQL.noop),
    ]
