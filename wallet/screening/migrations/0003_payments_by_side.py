"""What somebody paid and was paid without waiting, newest first, for the rules about habits."""

from django.db import migrations

# The conditions of rules/statements.py to the letter, or the planner would not see that they are
# the same. What comes in great numbers (transfers, shares of envelopes) costs these indexes nothing.
MAKE = """
CREATE INDEX transfer_paid_by ON ledger_transfer (debit_account_id, id DESC)
WHERE action IN ('transfer', 'post') AND code IN (
    'payment_request.pay', 'split.pay', 'expense.settle', 'loan.grant', 'loan.repay',
    'envelope.send', 'voucher.issue', 'bank.withdraw');
CREATE INDEX transfer_paid_to ON ledger_transfer (credit_account_id, id DESC)
WHERE action IN ('transfer', 'post') AND code IN (
    'payment_request.pay', 'split.pay', 'expense.settle', 'loan.grant', 'loan.repay');
"""
DROP = "DROP INDEX transfer_paid_by; DROP INDEX transfer_paid_to;"


class Migration(migrations.Migration):
    """Add the indexes; the table is the ledger's, the question is asked here."""

    dependencies = [("screening", "0002_append_only"), ("ledger", "0007_keep_plans")]

    operations = [migrations.RunSQL(MAKE, DROP)]
