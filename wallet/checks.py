"""All laws of the books: those of the ledger, and what the products promise on top."""

from django.db import connection

from wallet.ledger.checks import LAWS as LEDGER_LAWS
from wallet.ledger.checks import Law

PRODUCT_LAWS = (
    Law(
        "an envelope's escrow holds what nobody has taken yet, and nothing once it is closed",
        """SELECT 'envelope ' || v.id || ' holds ' || a.credits_posted - a.debits_posted
                  || ' instead of ' || COALESCE(sum(s.amount) FILTER (
                      WHERE s.person_id IS NULL AND NOT s.returned), 0)
           FROM envelopes_envelope AS v
           JOIN ledger_account AS a ON a.id = v.escrow_id
           LEFT JOIN envelopes_share AS s ON s.envelope_id = v.id
           GROUP BY v.id, a.id HAVING a.credits_posted - a.debits_posted <> COALESCE(
               sum(s.amount) FILTER (WHERE s.person_id IS NULL AND NOT s.returned), 0)""",
    ),
    Law(
        "an envelope's shares sum to its amount",
        """SELECT 'envelope ' || v.id || ' of ' || v.amount || ' has shares of ' || sum(s.amount)
           FROM envelopes_envelope AS v JOIN envelopes_share AS s ON s.envelope_id = v.id
           GROUP BY v.id HAVING sum(s.amount) <> v.amount OR count(*) <> v.count""",
    ),
    Law(
        "a split's shares sum to its amount",
        """SELECT 'split ' || p.id || ' of ' || p.amount || ' has shares of ' || sum(s.amount)
           FROM splits_split AS p JOIN splits_share AS s ON s.split_id = p.id
           GROUP BY p.id HAVING sum(s.amount) <> p.amount""",
    ),
    Law(
        "an expense's parts and what was paid for it sum to its amount",
        """SELECT 'expense ' || e.id || ' of ' || e.amount || ' has ' || sum(l.paid) || ' paid and '
                  || sum(l.part) || ' divided'
           FROM expenses_expense AS e JOIN expenses_line AS l ON l.expense_id = e.id
           GROUP BY e.id HAVING sum(l.paid) <> e.amount OR sum(l.part) <> e.amount""",
    ),
    Law(
        "what somebody is owed in a room is what its expenses and settlements say",
        """WITH line AS (
               SELECT e.room_id, e.currency, l.person_id, l.paid - COALESCE(l.part, 0) AS amount
               FROM expenses_line AS l JOIN expenses_expense AS e ON e.id = l.expense_id
               WHERE e.deleted_at IS NULL
               UNION ALL SELECT room_id, currency, payer_id, amount
               FROM expenses_settlement WHERE status = 'paid'
               UNION ALL SELECT room_id, currency, payee_id, -amount
               FROM expenses_settlement WHERE status = 'paid'),
           said AS (SELECT room_id, currency, person_id, sum(amount) AS net
                    FROM line GROUP BY room_id, currency, person_id)
           SELECT 'person ' || person_id || ' is owed ' || COALESCE(b.net, 0) || ' in room '
                  || room_id || ', its lines say ' || COALESCE(s.net, 0) || ' ' || currency
           FROM said AS s
           FULL JOIN expenses_balance AS b USING (room_id, currency, person_id)
           WHERE COALESCE(s.net, 0) <> COALESCE(b.net, 0)""",
    ),
    Law(
        "a settlement that moved money has its transfer",
        """SELECT 'settlement ' || s.id || ' has no transfer of ' || s.amount
           FROM expenses_settlement AS s
           LEFT JOIN ledger_transfer AS t ON t.id = s.transfer_id AND t.amount = s.amount
               AND t.currency = s.currency AND t.code = 'expense.settle'
           WHERE s.transfer_id IS NOT NULL AND t.id IS NULL""",
    ),
    Law(
        "a transfer is pending exactly as long as its hold is",
        """SELECT 'transfer ' || t.id || ' is ' || t.status || ', its hold was '
                  || COALESCE(r.action, 'not resolved')
           FROM transfers_transfer AS t
           LEFT JOIN ledger_transfer AS r ON r.pending_id = t.hold_id
           WHERE COALESCE(r.action, '') <> CASE t.status
               WHEN 'pending' THEN '' WHEN 'accepted' THEN 'post' ELSE 'void' END""",
    ),
    Law(
        "a transfer waits for a person exactly as long as its review is held",
        """SELECT 'payment ' || COALESCE(t.id, r.payment_id) || ' has a review that is '
                  || COALESCE(r.status, 'not there')
           FROM transfers_transfer AS t
           FULL JOIN screening_review AS r ON r.payment_id = t.id
           WHERE COALESCE(t.under_review, false) <> (COALESCE(r.status, '') = 'held')""",
    ),
    Law(
        "a payment at a bank holds its money while it is open, and has moved it once if it is done",
        """SELECT 'payment ' || p.id || ' is ' || p.status || ', its hold was '
                  || COALESCE(r.action, 'not resolved')
           FROM banks_payment AS p
           LEFT JOIN ledger_transfer AS r ON r.pending_id = p.hold_id
           WHERE COALESCE(r.action, '') <> CASE p.status
                     WHEN 'done' THEN 'post' WHEN 'failed' THEN 'void' ELSE '' END
              OR p.transfer_id IS DISTINCT FROM CASE r.action WHEN 'post' THEN r.id END""",
    ),
    Law(
        "the escrow of vouchers holds those that are open, and nothing once they are returned",
        """SELECT 'vouchers ' || i.id || ' hold ' || a.credits_posted - a.debits_posted
                  || ' for ' || count(v.id) FILTER (WHERE v.status = 'open') || ' of ' || i.amount
           FROM vouchers_issue AS i
           JOIN ledger_account AS a ON a.id = i.escrow_id
           LEFT JOIN vouchers_voucher AS v ON v.issue_id = i.id
           GROUP BY i.id, a.id HAVING a.credits_posted - a.debits_posted
                <> i.amount * count(v.id) FILTER (WHERE v.status = 'open')
              OR i.returned_at IS NOT NULL AND count(v.id) FILTER (WHERE v.status = 'open') > 0""",
    ),
    Law(
        "a used voucher paid at most its amount, for what it says",
        """SELECT 'voucher ' || v.id || ' says ' || v.used_amount || ', the books '
                  || COALESCE(t.amount::text, 'nothing')
           FROM vouchers_voucher AS v JOIN vouchers_issue AS i ON i.id = v.issue_id
           LEFT JOIN ledger_transfer AS t ON t.debit_account_id = i.escrow_id
                AND t.ref = v.id AND t.code = 'voucher.use'
           WHERE v.status = 'used' AND (t.amount IS DISTINCT FROM v.used_amount
                                        OR v.used_amount > i.amount)""",
    ),
    Law(
        "a payment request is paid by one transfer of its amount",
        """SELECT 'payment request ' || r.id || ' of ' || r.amount || ' was paid by '
                  || COALESCE(t.amount::text, 'nothing')
           FROM requests_paymentrequest AS r
           LEFT JOIN ledger_transfer AS t ON t.id = r.payment_id AND t.ref = r.id
           WHERE r.status = 'paid'
             AND (t.amount IS DISTINCT FROM r.amount OR t.currency <> r.currency)""",
    ),
    Law(
        "a dispute holds what it says, and nothing once it is decided",
        """SELECT 'dispute ' || d.id || ' (' || d.status || ') holds ' || d.held_amount
                  || ', the books ' || COALESCE(sum(h.amount), 0)
           FROM disputes_dispute AS d
           LEFT JOIN ledger_transfer AS h
             ON h.ref = d.id AND h.code = 'dispute.hold' AND h.action = 'pending'
                AND NOT EXISTS (SELECT FROM ledger_transfer AS r WHERE r.pending_id = h.id)
           GROUP BY d.id HAVING d.held_amount <> COALESCE(sum(h.amount), 0)
              OR d.status IN ('reversed', 'rejected') AND d.held_amount > 0""",
    ),
    Law(
        "a payment is reversed at most once, by at most what it was, and by its dispute alone",
        """SELECT 'payment ' || t.ref || ' was reversed by ' || sum(t.amount) || ' of '
                  || COALESCE(max(d.amount), 0)
           FROM ledger_transfer AS t
           LEFT JOIN disputes_dispute AS d ON d.payment_id = t.ref AND d.reversal_id = t.id
                AND d.payment_id = t.reverses
           WHERE t.code = 'dispute.reverse'
           GROUP BY t.ref HAVING count(*) > 1 OR sum(t.amount) > COALESCE(max(d.amount), 0)""",
    ),
    Law(
        "what a trust line has reserved is what loans use of it",
        """WITH used AS (
               SELECT line, sum(r.outstanding) AS amount
               FROM lending_reservation AS r, unnest(r.lines) AS line GROUP BY line)
           SELECT 'line ' || l.id || ' has reserved ' || l.reserved || ', loans use '
                  || COALESCE(u.amount, 0)
           FROM trust_line AS l LEFT JOIN used AS u ON u.line = l.id
           WHERE l.reserved <> COALESCE(u.amount, 0)""",
    ),
    Law(
        "a loan that is owed is covered by what it reserves",
        """SELECT 'loan ' || l.id || ' owes ' || l.principal || ' and reserves '
                  || COALESCE(sum(r.outstanding), 0)
           FROM lending_loan AS l LEFT JOIN lending_reservation AS r ON r.loan_id = l.id
           GROUP BY l.id HAVING COALESCE(sum(r.outstanding), 0) <> CASE
               WHEN l.status IN ('open', 'overdue') THEN l.principal ELSE 0 END""",
    ),
    Law(
        "a loan owes what its statement ends with",
        """SELECT 'loan ' || l.id || ' owes ' || l.principal || ', its statement says '
                  || e.principal_left
           FROM lending_loan AS l JOIN LATERAL (
               SELECT principal_left, interest_left_micro FROM lending_event
               WHERE loan_id = l.id ORDER BY number DESC LIMIT 1) AS e ON true
           WHERE (l.principal, l.interest_micro) <> (e.principal_left, e.interest_left_micro)""",
    ),
    Law(
        "a trust line is what its history says of it",
        """SELECT 'line ' || l.id || ' has ' || l.capacity || ', its history says '
                  || COALESCE(c.capacity::text, 'nothing of version ' || l.version)
           FROM trust_line AS l
           LEFT JOIN trust_change AS c ON c.line_id = l.id AND c.version = l.version
           WHERE (l.capacity, l.reserved, l.burned, l.lenders)
              IS DISTINCT FROM (c.capacity, c.reserved, c.burned, c.lenders)""",
    ),
)

LAWS = LEDGER_LAWS + PRODUCT_LAWS

# What the laws are about, and where it stands.
COUNTED = {
    "accounts": "ledger_account", "transfers": "ledger_transfer", "entries": "ledger_entry",
    "snapshots": "ledger_snapshot", "envelopes": "envelopes_envelope", "splits": "splits_split",
    "expenses": "expenses_expense", "settlements": "expenses_settlement",
    "transfers by offer": "transfers_transfer", "bank payments": "banks_payment",
    "vouchers": "vouchers_voucher", "payment requests": "requests_paymentrequest",
    "held payments": "screening_review", "disputes": "disputes_dispute",
    "trust lines": "trust_line", "loans": "lending_loan",
}  # fmt: skip


def count_rows() -> dict[str, int]:
    """Return how many rows of each kind there are for the laws to hold over."""
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED.values())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))
