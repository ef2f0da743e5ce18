"""What brings the facts, one statement for each need, however many payments there are.

Everything is read as it stood at each payment's moment, so that a payment of the past is judged by
what was known then. Ids ascend with time: what has the same moment and a lower id came before.
"""


def _frozen(person: str) -> str:
    """Return whether somebody's accounts were frozen at the moment, as a condition."""
    return f"""EXISTS (SELECT FROM closing_freeze AS z WHERE z.person_id = {person}
                   AND z.at <= x.at AND (z.lifted_at IS NULL OR z.lifted_at > x.at))"""


def _case_of(person: str) -> str:
    """Return how the open case about somebody was decided, as a subquery."""
    return f"""(
        SELECT COALESCE(NULLIF(c.decision, ''), 'open') FROM cases_case AS c
        WHERE c.subject_id = {person} AND c.at <= x.at
          AND (c.closed_at IS NULL OR c.closed_at > x.at) ORDER BY c.id DESC LIMIT 1)"""  # noqa: S608 (our own text, put together once)


def _friends_of(person: str) -> str:
    """Return somebody's friends at the moment, at most so many on each side, as an array."""
    return f"""ARRAY(
            (SELECT f.high_id FROM friends_friendship AS f WHERE f.low_id = {person}
             AND f.status = 'friends' AND f.since <= x.at LIMIT %(most)s)
            UNION ALL
            (SELECT f.low_id FROM friends_friendship AS f WHERE f.high_id = {person}
             AND f.status = 'friends' AND f.since <= x.at LIMIT %(most)s))"""  # noqa: S608 (our own text, put together once)


# Both sides, and what they are to each other.
SIDES = f"""
    SELECT x.place - 1, payer.created_at, payee.created_at, {_frozen("x.payee")},
           {_case_of("x.payer")}, {_case_of("x.payee")},
           EXISTS (SELECT FROM friends_friendship AS f WHERE f.low_id = LEAST(x.payer, x.payee)
                   AND f.high_id = GREATEST(x.payer, x.payee) AND f.status = 'friends'
                   AND f.since <= x.at)
    FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) WITH ORDINALITY
         AS x (payer, payee, at, place)
    LEFT JOIN people_person AS payer ON payer.id = x.payer
    LEFT JOIN people_person AS payee ON payee.id = x.payee
"""  # noqa: S608 (our own text, put together once)


# What moves money at once, without waiting for anybody: what goes to another person, and what
# leaves for an envelope, vouchers or a bank. The partial indexes of migration 0003 name the same.
DIRECT = ("payment_request.pay", "split.pay", "expense.settle", "loan.grant", "loan.repay")
LEAVING = (*DIRECT, "envelope.send", "voucher.issue", "bank.withdraw")


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _moves(*, is_sent: bool) -> str:
    mine, other = ("sender_id", "receiver_id") if is_sent else ("receiver_id", "sender_id")
    side, across = ("debit", "credit") if is_sent else ("credit", "debit")
    codes = _listed(LEAVING if is_sent else DIRECT)
    # A transfer counts from its offer on, whatever became of it. What went into one's own escrow
    # went to nobody in particular.
    return f"""
    SELECT x.place - 1, {is_sent}, m.id, m.at, m.amount, m.currency, m.other
    FROM unnest(%(people)s::uuid[], %(until)s::timestamptz[]) WITH ORDINALITY
         AS x (person, until, place)
    CROSS JOIN LATERAL (
        (SELECT t.id, t.at, t.amount, t.currency, t.{other} AS other
         FROM transfers_transfer AS t WHERE t.{mine} = x.person AND t.at <= x.until
         ORDER BY t.id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT t.id, t.at, t.amount, t.currency, NULLIF(across.owner_id, x.person)
         FROM ledger_account AS mine
         CROSS JOIN LATERAL (
             SELECT * FROM ledger_transfer AS t
             WHERE t.{side}_account_id = mine.id AND t.code IN ({codes})
               AND t.action IN ('transfer', 'post') AND t.at <= x.until
             ORDER BY t.id DESC LIMIT %(most)s) AS t
         JOIN ledger_account AS across ON across.id = t.{across}_account_id
         WHERE mine.owner_id = x.person AND mine.kind = 'balance')
        ORDER BY at DESC, id DESC LIMIT %(most)s) AS m
"""  # noqa: S608 (our own text, put together once)


# The newest payments that each person made and got until a moment, each newest first.
MOVES = f"{_moves(is_sent=True)} UNION ALL {_moves(is_sent=False)}"

# What has come into each payer's balances, from people and from banks; what comes back out of
# one's own envelope is from nobody.
FLOWS = """
    SELECT x.place - 1, e.id, e.at, e.amount, a.currency, NULLIF(e.payer, x.person)
    FROM unnest(%(people)s::uuid[], %(until)s::timestamptz[]) WITH ORDINALITY
         AS x (person, until, place)
    JOIN ledger_account AS a ON a.owner_id = x.person AND a.kind = 'balance'
    CROSS JOIN LATERAL (
        SELECT e.id, e.at, e.amount, payer.owner_id AS payer FROM ledger_entry AS e
        JOIN ledger_transfer AS t ON t.id = e.transfer_id
        JOIN ledger_account AS payer ON payer.id = t.debit_account_id
        WHERE e.account_id = a.id AND e.at <= x.until AND e.amount > 0
        ORDER BY e.id DESC LIMIT %(most)s) AS e
"""

# What the payer is signed in by: the device that is known, or the newest one of that moment. A
# sign-in is known by the token or the browser's session, its device is the same for all of them.
DEVICES = """
    SELECT x.place - 1, d.device_id, d.since,
           (SELECT count(DISTINCT s.person_id) FROM graphed_signin AS s
            WHERE s.device_id = d.device_id AND s.at <= x.at),
           ARRAY(SELECT min(s.at) FROM graphed_signin AS s
                 WHERE s.person_id = x.payer AND s.at <= x.at GROUP BY s.device_id
                 ORDER BY 1 DESC LIMIT %s),
           EXISTS (SELECT FROM graphed_signin AS mine
                   JOIN graphed_signin AS theirs ON theirs.device_id = mine.device_id
                        AND theirs.person_id = x.payee AND theirs.at <= x.at
                   WHERE mine.person_id = x.payer AND mine.at <= x.at)
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[]) WITH ORDINALITY
         AS x (payer, payee, device, at, place)
    LEFT JOIN graphed_signin AS by ON by.id = graph_id(x.device::text, x.payer::text)
    LEFT JOIN LATERAL (
        SELECT s.device_id, min(s.at) AS since FROM graphed_signin AS s
        WHERE s.person_id = x.payer AND s.at <= x.at
          AND (x.device IS NULL OR s.device_id = COALESCE(by.device_id, x.device))
        GROUP BY s.device_id ORDER BY max(s.at) DESC LIMIT 1
    ) AS d ON true
"""

PLACES = """
    SELECT x.place - 1, p.at, p.latitude, p.longitude, p.country, p.network
    FROM unnest(%(people)s::uuid[], %(until)s::timestamptz[]) WITH ORDINALITY
         AS x (person, until, place)
    CROSS JOIN LATERAL (
        SELECT * FROM screening_place AS p WHERE p.person_id = x.person AND p.at <= x.until
        ORDER BY p.id DESC LIMIT %(most)s) AS p
"""
LEAPS = """
    SELECT x.place - 1, l.at, l.kilometres, l.speed
    FROM unnest(%s::uuid[], %s::timestamptz[]) WITH ORDINALITY AS x (payer, at, place)
    CROSS JOIN LATERAL (
        SELECT * FROM screening_leap AS l WHERE l.person_id = x.payer AND l.at <= x.at
        ORDER BY l.id DESC LIMIT 1) AS l
"""

# Friends of both sides, up to a bound; whether they meet, or are friends of each other.
TIES = f"""
    SELECT x.place - 1,
           CASE WHEN x.payee = ANY (mine.friends) THEN 1 WHEN mine.friends && theirs.friends THEN 2
                WHEN EXISTS (
                    SELECT FROM friends_friendship AS f WHERE f.status = 'friends'
                       AND f.since <= x.at AND f.low_id = ANY (mine.friends)
                       AND f.high_id = ANY (theirs.friends)
                ) OR EXISTS (
                    SELECT FROM friends_friendship AS f WHERE f.status = 'friends'
                       AND f.since <= x.at AND f.high_id = ANY (mine.friends)
                       AND f.low_id = ANY (theirs.friends)
                ) THEN 3 END,
           (SELECT count(*) FROM people_person AS p
            WHERE p.id = ANY (theirs.friends) AND p.id <> x.payer AND {_frozen("p.id")})
    FROM unnest(%(payers)s::uuid[], %(payees)s::uuid[], %(at)s::timestamptz[]) WITH ORDINALITY
         AS x (payer, payee, at, place)
    CROSS JOIN LATERAL (SELECT {_friends_of("x.payer")} AS friends) AS mine
    CROSS JOIN LATERAL (SELECT {_friends_of("x.payee")} AS friends) AS theirs
"""  # noqa: S608 (our own text, put together once)
