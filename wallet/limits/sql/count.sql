-- Counts what people pay, in the transaction that posts it, and refuses what is above their limits
-- or needs a PIN that was not given. A trigger, so that no way into the books goes around it.
--
-- What leaves a person's balance counts, also while it is held and when it goes into an escrow;
-- what the hold or the escrow gives back, or a refund, comes off the day on which it was counted.
-- A row is written by who holds its account's lock (ledger_post_batch takes those first), so two
-- payments at once see each other, and no order of these rows can cross another.

-- Money to the owner's own bank is no payment to others, and a limit must not make anybody late
-- with a debt: both leave without counting.
CREATE OR REPLACE FUNCTION outgoing_counts(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT code NOT LIKE 'bank.%' AND code <> 'loan.repay' $$;

-- By index, whatever the tables held when the plan was made: it may be kept while they grow.
CREATE OR REPLACE FUNCTION outgoing_count() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    rules outgoing_rules;
    broken record;
BEGIN
    SELECT * INTO STRICT rules FROM outgoing_rules;

    IF EXISTS (SELECT FROM fresh WHERE pending_id IS NOT NULL OR refund) OR EXISTS (
        SELECT FROM fresh AS f JOIN ledger_account AS d ON d.id = f.debit_account_id
         WHERE d.kind <> 'balance' AND d.owner_id IS NOT NULL)
    THEN
        WITH back AS (
            -- A hold that ends, for what of it was not posted.
            SELECT p.debit_account_id AS account_id, p.at, p.code,
                   p.amount - CASE f.action WHEN 'post' THEN f.amount ELSE 0 END AS amount
              FROM fresh AS f
              JOIN ledger_transfer AS p ON p.id = f.pending_id
              JOIN ledger_account AS d ON d.id = p.debit_account_id
             WHERE d.kind = 'balance' AND d.owner_id IS NOT NULL AND NOT p.refund
            UNION ALL
            -- An escrow gives back to its owner; it was opened when it was funded.
            SELECT c.id, d.created_at, f.code, f.amount
              FROM fresh AS f
              JOIN ledger_account AS d ON d.id = f.debit_account_id
              JOIN ledger_account AS c ON c.id = f.credit_account_id
             WHERE f.action IN ('transfer', 'post')
               AND d.owner_id = c.owner_id AND d.kind <> 'balance' AND c.kind = 'balance'
            UNION ALL
            -- Somebody else refunds what was paid for the same thing. (A reversal names it.)
            SELECT c.id, paid.at, paid.code, f.amount
              FROM fresh AS f
              JOIN ledger_account AS d ON d.id = f.debit_account_id
              JOIN ledger_account AS c ON c.id = f.credit_account_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(p.at, t.at) AS at, t.code
                     FROM ledger_entry AS e
                     JOIN ledger_transfer AS t ON t.id = e.transfer_id
                     LEFT JOIN ledger_transfer AS p ON p.id = t.pending_id
                    WHERE e.account_id = c.id AND e.amount < 0
                      AND (t.ref = f.ref OR t.id::text = to_jsonb(f) ->> 'reverses')
                    ORDER BY e.id DESC LIMIT 1) AS paid
             WHERE f.refund AND f.action = 'transfer' AND c.kind = 'balance'
               AND d.owner_id <> c.owner_id
        ), dated AS (
            SELECT b.account_id, b.amount, outgoing_counts(b.code) AS counts,
                   (b.at AT TIME ZONE rules.time_zone)::date AS day
              FROM back AS b
        ), returned AS (
            SELECT s.account_id,
                   COALESCE(sum(b.amount) FILTER (WHERE b.day = s.day), 0) AS gone,
                   COALESCE(sum(b.amount) FILTER (WHERE b.counts AND b.day = s.day), 0) AS paid,
                   COALESCE(sum(b.amount) FILTER (
                       WHERE b.counts AND extract(year FROM b.day) = extract(year FROM s.day)), 0)
                   AS paid_in_year
              FROM dated AS b JOIN outgoing_spent AS s ON s.account_id = b.account_id
             GROUP BY s.account_id
        )
        UPDATE outgoing_spent AS s
           SET gone_on_day = greatest(0, s.gone_on_day - returned.gone),
               paid_on_day = greatest(0, s.paid_on_day - returned.paid),
               paid_in_year = greatest(0, s.paid_in_year - returned.paid_in_year)
          FROM returned
         WHERE s.account_id = returned.account_id;
    END IF;

    WITH going AS (
        SELECT f.debit_account_id AS account_id, d.owner_id, min(f.at) AS at,
               (min(f.at) AT TIME ZONE rules.time_zone)::date AS day,
               sum(f.amount) AS gone, max(f.amount) AS largest_gone,
               COALESCE(sum(f.amount) FILTER (WHERE outgoing_counts(f.code)), 0) AS paid,
               COALESCE(max(f.amount) FILTER (WHERE outgoing_counts(f.code)), 0) AS largest_paid
          FROM fresh AS f
          JOIN ledger_account AS d ON d.id = f.debit_account_id
         WHERE f.action IN ('transfer', 'pending') AND NOT f.refund
           AND d.kind = 'balance' AND d.owner_id IS NOT NULL
         GROUP BY f.debit_account_id, d.owner_id
    ), counted AS (
        INSERT INTO outgoing_spent AS s (account_id, day, gone_on_day, paid_on_day, paid_in_year)
        SELECT g.account_id, g.day, g.gone, g.paid, g.paid FROM going AS g
            ON CONFLICT (account_id) DO UPDATE
           -- A payment of a moment before midnight that arrives after it belongs to the new day.
           SET day = greatest(s.day, EXCLUDED.day),
               gone_on_day = EXCLUDED.gone_on_day
                   + CASE WHEN s.day >= EXCLUDED.day THEN s.gone_on_day ELSE 0 END,
               paid_on_day = EXCLUDED.paid_on_day
                   + CASE WHEN s.day >= EXCLUDED.day THEN s.paid_on_day ELSE 0 END,
               paid_in_year = EXCLUDED.paid_in_year
                   + CASE WHEN extract(year FROM s.day) >= extract(year FROM EXCLUDED.day)
                          THEN s.paid_in_year ELSE 0 END
        RETURNING s.account_id, s.gone_on_day, s.paid_on_day, s.paid_in_year
    ), judged AS (
        SELECT g.*, p.tier, n.locked_until,
               c.paid_on_day - g.paid AS before_on_day, c.paid_in_year - g.paid AS before_in_year,
               (rules.ceilings -> p.tier ->> 0)::bigint AS a_payment,
               (rules.ceilings -> p.tier ->> 1)::bigint AS a_day,
               (rules.ceilings -> p.tier ->> 2)::bigint AS a_year,
               c.paid_on_day, c.paid_in_year,
               n.person_id IS NOT NULL
                   AND (g.largest_gone > rules.pin_payment OR c.gone_on_day > rules.pin_day)
                   AND current_setting('kith.pin_of', true) IS DISTINCT FROM g.owner_id::text
               AS needs_pin
          FROM counted AS c
          JOIN going AS g ON g.account_id = c.account_id
          JOIN people_person AS p ON p.id = g.owner_id
          LEFT JOIN outgoing_pin AS n ON n.person_id = g.owner_id
    )
    SELECT j.*, CASE WHEN j.paid = 0 THEN NULL
                     WHEN j.largest_paid > j.a_payment THEN 'payment'
                     WHEN j.paid_on_day > j.a_day THEN 'day'
                     WHEN j.paid_in_year > j.a_year THEN 'year' END AS kind
      INTO broken FROM judged AS j
     WHERE j.needs_pin OR j.paid > 0 AND (
           j.largest_paid > j.a_payment OR j.paid_on_day > j.a_day OR j.paid_in_year > j.a_year)
     ORDER BY j.account_id LIMIT 1;

    -- See REFUSED_BY_TRIGGER in commands/errors.py for how these reach a client.
    IF broken.kind IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'KR001', MESSAGE = 'wallet.limit_exceeded',
            DETAIL = json_build_object(
                'limit', broken.kind, 'tier', broken.tier,
                'next_tier', CASE broken.tier WHEN 'basic' THEN 'real_name'
                                              WHEN 'real_name' THEN 'verified' END,
                'most', CASE broken.kind WHEN 'payment' THEN broken.a_payment
                                         WHEN 'day' THEN broken.a_day ELSE broken.a_year END,
                'used', CASE broken.kind WHEN 'payment' THEN 0
                                         WHEN 'day' THEN broken.before_on_day
                                         ELSE broken.before_in_year END);
    ELSIF broken.locked_until > broken.at THEN
        RAISE EXCEPTION USING ERRCODE = 'KR001', MESSAGE = 'wallet.pin_locked',
            DETAIL = json_build_object('until', to_char(
                broken.locked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
    ELSIF broken.needs_pin THEN
        RAISE EXCEPTION USING ERRCODE = 'KR001', MESSAGE = 'wallet.pin_required', DETAIL = '{}';
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER transfer_is_within_limits AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION outgoing_count();

-- One row per paying account, changed with each payment: room on its page for the next version.
ALTER TABLE outgoing_spent SET (fillfactor = 50);
