-- What a person may pay, as the ledger asks for it while it posts.
--
-- Note [Outgoing]
-- What leaves a person's balance counts, also while it is held and when it goes into an escrow;
-- what the hold or the escrow gives back, or a refund, comes off the day on which it was counted.
-- The counts stand in the account's own row, which the posting has locked and writes anyway: so no
-- way into the books goes around them, two payments at once see each other, and an item that is
-- refused neither counts nor undoes its neighbours.
DROP TRIGGER IF EXISTS transfer_is_within_limits ON ledger_transfer;
DROP FUNCTION IF EXISTS outgoing_count();

-- Money to the owner's own bank is no payment to others, and a limit must not make anybody late
-- with a debt: both leave without counting.
CREATE OR REPLACE FUNCTION outgoing_counts(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT code NOT LIKE 'bank.%' AND code <> 'loan.repay' $$;

-- The date of a moment where the service is.
CREATE OR REPLACE FUNCTION outgoing_day_of(moment timestamptz) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT (moment AT TIME ZONE r.time_zone)::date FROM outgoing_rules AS r
$$;

-- What may be paid at once, in a day and in a year, for each owner whose payments count; and above
-- what the PIN is asked for: nothing where none is set, or where it was typed for this transaction.
CREATE OR REPLACE FUNCTION outgoing_allowances(owners uuid[], counts boolean[]) RETURNS TABLE (
    place bigint, a_payment bigint, a_day bigint, a_year bigint, pin_payment bigint, pin_day bigint
) LANGUAGE sql STABLE AS $$
    SELECT x.place, (r.ceilings -> p.tier ->> 0)::bigint, (r.ceilings -> p.tier ->> 1)::bigint,
           (r.ceilings -> p.tier ->> 2)::bigint, n.pin_payment, n.pin_day
      FROM unnest(owners, counts) WITH ORDINALITY AS x (owner, counts, place)
     CROSS JOIN outgoing_rules AS r
      LEFT JOIN people_person AS p ON x.counts AND p.id = x.owner
      LEFT JOIN LATERAL (
          SELECT r.pin_payment, r.pin_day FROM outgoing_pin AS n
           WHERE n.person_id = p.id
             AND current_setting('kith.pin_of', true) IS DISTINCT FROM p.id::text
      ) AS n ON true
$$;

-- Why a payment is refused that is above an allowance, with what a client may know of it as JSON.
CREATE OR REPLACE FUNCTION outgoing_refusal(
    owner uuid, counted bigint, paid bigint, paid_year bigint, moment timestamptz
) RETURNS TABLE (status text, detail text) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN b.kind = 'payment' THEN 'exceeds_payment_limit'
                WHEN b.kind = 'day' THEN 'exceeds_day_limit'
                WHEN b.kind = 'year' THEN 'exceeds_year_limit'
                WHEN n.locked_until > moment THEN 'pin_locked' ELSE 'pin_required' END,
           CASE WHEN b.kind IS NOT NULL THEN json_build_object(
                    'limit', b.kind, 'tier', p.tier,
                    'next_tier', CASE p.tier WHEN 'basic' THEN 'real_name'
                                             WHEN 'real_name' THEN 'verified' END,
                    'most', CASE b.kind WHEN 'payment' THEN a.a_payment
                                        WHEN 'day' THEN a.a_day ELSE a.a_year END,
                    'used', CASE b.kind WHEN 'payment' THEN 0
                                        WHEN 'day' THEN paid ELSE paid_year END)
                WHEN n.locked_until > moment THEN json_build_object('until', to_char(
                    n.locked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                ELSE '{}' END::text
      FROM people_person AS p
      LEFT JOIN outgoing_pin AS n ON n.person_id = p.id
     CROSS JOIN outgoing_allowances(ARRAY[owner], ARRAY[true]) AS a
     CROSS JOIN LATERAL (
         SELECT CASE WHEN counted = 0 THEN NULL WHEN counted > a.a_payment THEN 'payment'
                     WHEN counted > a.a_day - paid THEN 'day'
                     WHEN counted > a.a_year - paid_year THEN 'year' END AS kind
     ) AS b
     WHERE p.id = owner
$$;

-- When and for what an account has last paid for a thing, or made the transfer that is taken back.
CREATE OR REPLACE FUNCTION outgoing_paid_before(account uuid, thing uuid, reversal uuid)
RETURNS TABLE (at timestamptz, code text) LANGUAGE sql STABLE AS $$
    SELECT COALESCE(p.at, t.at), t.code
      FROM ledger_entry AS e
      JOIN ledger_transfer AS t ON t.id = e.transfer_id
      LEFT JOIN ledger_transfer AS p ON p.id = t.pending_id
     WHERE e.account_id = account AND e.amount < 0 AND (t.ref = thing OR t.id = reversal)
     ORDER BY e.id DESC LIMIT 1
$$;
