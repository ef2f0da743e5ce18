"""Proving the books: each law as a query that returns what breaks it."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Law:
    """Something that must always hold; `violations` selects one line of text for each breach."""

    name: str
    violations: str


LAWS = (
    Law(
        "the entries of each transfer sum to zero",
        """SELECT 'transfer ' || transfer_id || ' sums to ' || sum(amount) FROM ledger_entry
           GROUP BY transfer_id HAVING sum(amount) <> 0""",
    ),
    Law(
        "the entries of each currency sum to zero",
        """SELECT a.currency || ' sums to ' || sum(e.amount)
           FROM ledger_entry AS e JOIN ledger_account AS a ON a.id = e.account_id
           GROUP BY a.currency HAVING sum(e.amount) <> 0""",
    ),
    Law(
        "each posted transfer has its two entries, and no other has any",
        """SELECT 'transfer ' || t.id || ' (' || t.action || ') has ' || count(e.id) || ' entries'
           FROM ledger_transfer AS t LEFT JOIN ledger_entry AS e ON e.transfer_id = t.id
           GROUP BY t.id HAVING count(e.id) <> CASE WHEN t.action IN ('transfer', 'post')
                                                    THEN 2 ELSE 0 END""",
    ),
    Law(
        "each entry belongs to a transfer of its account, amount and currency",
        """SELECT 'entry ' || e.id || ' does not fit transfer ' || e.transfer_id
           FROM ledger_entry AS e
           JOIN ledger_account AS a ON a.id = e.account_id
           LEFT JOIN ledger_transfer AS t ON t.id = e.transfer_id
           WHERE t.id IS NULL OR a.currency <> t.currency
              OR (e.account_id, e.amount) NOT IN ((t.debit_account_id, -t.amount),
                                                  (t.credit_account_id, t.amount))""",
    ),
    Law(
        "a balance is what the account's last entry says",
        """SELECT 'account ' || a.id || ' has ' || a.credits_posted - a.debits_posted
                  || ', its last entry says ' || COALESCE(e.balance, 0)
           FROM ledger_account AS a
           LEFT JOIN LATERAL (SELECT balance FROM ledger_entry WHERE account_id = a.id
                              ORDER BY version DESC NULLS LAST LIMIT 1) AS e ON true
           WHERE NOT a.unlocked AND a.credits_posted - a.debits_posted <> COALESCE(e.balance, 0)""",
    ),
    Law(
        "each entry's balance follows from the one before it",
        """SELECT 'account ' || account_id || ' jumps at version ' || version FROM (
               SELECT account_id, version, balance, amount,
                      lag(balance, 1, 0) OVER (PARTITION BY account_id ORDER BY version) AS before
               FROM ledger_entry WHERE version IS NOT NULL) AS e
           WHERE balance <> before + amount""",
    ),
    Law(
        "versions count the entries of an account without gaps",
        """SELECT 'account ' || a.id || ' is at version ' || a.version || ' with '
                  || count(e.version) || ' entries up to ' || COALESCE(max(e.version), 0)
           FROM ledger_account AS a LEFT JOIN ledger_entry AS e ON e.account_id = a.id
           WHERE NOT a.unlocked GROUP BY a.id
           HAVING a.version <> count(e.version) OR a.version <> COALESCE(max(e.version), 0)""",
    ),
    Law(
        "an account's totals are the sums of its entries",
        """SELECT 'account ' || a.id || ' counts ' || a.credits_posted || ' in and '
                  || a.debits_posted || ' out' FROM ledger_account AS a
           LEFT JOIN ledger_entry AS e ON e.account_id = a.id
           WHERE NOT a.unlocked GROUP BY a.id
           HAVING a.credits_posted <> COALESCE(sum(e.amount) FILTER (WHERE e.amount > 0), 0)
               OR a.debits_posted <> -COALESCE(sum(e.amount) FILTER (WHERE e.amount < 0), 0)""",
    ),
    Law(
        "what is held is what pending transfers may still take",
        """WITH open AS (
               SELECT p.* FROM ledger_transfer AS p WHERE p.action = 'pending' AND NOT EXISTS (
                   SELECT FROM ledger_transfer AS r WHERE r.pending_id = p.id)
           ), held AS (
               SELECT account, sum(leaving) AS leaving, sum(coming) AS coming FROM (
                   SELECT debit_account_id, amount, 0 FROM open
                   UNION ALL SELECT credit_account_id, 0, amount FROM open
               ) AS side (account, leaving, coming) GROUP BY account
           )
           SELECT 'account ' || a.id || ' holds ' || a.debits_pending || ' out and '
                  || a.credits_pending || ' in'
           FROM ledger_account AS a LEFT JOIN held ON held.account = a.id
           WHERE a.debits_pending <> COALESCE(held.leaving, 0) * (NOT a.unlocked)::int
              OR a.credits_pending <> COALESCE(held.coming, 0) * (NOT a.unlocked)::int""",
    ),
    Law(
        "no account is below its floor, or above its ceiling but for a refund",
        """SELECT 'account ' || id || ' has ' || credits_posted - debits_posted - debits_pending
                  || ' available' FROM ledger_account AS a
           WHERE credits_posted - debits_posted - debits_pending < min_balance
              OR credits_posted - debits_posted > max_balance
                 AND NOT EXISTS (SELECT FROM ledger_transfer
                                 WHERE credit_account_id = a.id AND refund)""",
    ),
    Law(
        "a reversal is a posted transfer turned round, of at most its amount",
        """SELECT 'transfer ' || r.id || ' does not take back ' || r.reverses
           FROM ledger_transfer AS r LEFT JOIN ledger_transfer AS t ON t.id = r.reverses
           WHERE r.reverses IS NOT NULL AND (
               (r.action, r.debit_account_id, r.credit_account_id, r.currency)
                   IS DISTINCT FROM
               ('transfer', t.credit_account_id, t.debit_account_id, t.currency)
               OR r.amount > t.amount OR t.action NOT IN ('transfer', 'post'))""",
    ),
    Law(
        "a snapshot is the sum of the entries below it",
        """SELECT 'account ' || s.account_id || ' has a snapshot of ' || s.balance || ' up to '
                  || s.up_to || ', its entries sum to ' || COALESCE(sum(e.amount), 0)
           FROM ledger_snapshot AS s
           LEFT JOIN ledger_entry AS e ON e.account_id = s.account_id AND e.id < s.up_to
           GROUP BY s.account_id, s.up_to HAVING s.balance <> COALESCE(sum(e.amount), 0)""",
    ),
)

SHOWN = 20


def find_violations(law: Law) -> list[str]:
    """Return what breaks a law, at most twenty lines."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({law.violations}) AS v LIMIT {SHOWN}")  # noqa: S608
        return [line for (line,) in cursor.fetchall()]
