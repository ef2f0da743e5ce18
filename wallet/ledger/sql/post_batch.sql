-- The one way to write the ledger: a batch of items in, a status per item out.
--
-- An item that is refused changes nothing and does not undo its neighbours; items chained by
-- `linked` happen all or none. Items see the effects of those before them. Statuses carry
-- TigerBeetle's names where it has one; see docs/ledger.md for what each means to a client.
-- A refund ignores freezes and ceilings, but no floor. A reversal is a refund that takes its terms
-- from the transfer that it takes back, and less of it where it says so. A balancing item moves
-- what there is, at most its amount.
-- A hold may close accounts; they open again when it is voided or expires.
-- What leaves a person's balance is counted in the account's row, and refused above what the person
-- is allowed; see Note [Outgoing].
--
-- Accounts are locked first, lowest id first, then read into arrays; the loop decides item by item
-- over those arrays; transfers, entries and balances are written at the end, one statement each.
CREATE OR REPLACE FUNCTION ledger_post_batch(
    ids uuid[], actions text[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    codes text[], pendings uuid[], expiries timestamptz[], links boolean[], refs uuid[],
    notes text[], moment timestamptz, refunds boolean[] DEFAULT '{}',
    balancings text[] DEFAULT '{}', closings text[] DEFAULT '{}', reversals uuid[] DEFAULT '{}'
) RETURNS TABLE (
    item integer, status text, amount bigint, detail text, posted_id uuid, posted_action text,
    posted_debit uuid, posted_credit uuid, posted_currency text, posted_code text
)
-- By index, whatever the tables held when a plan was made: it may be kept while they grow, and is,
-- because planning anew for each batch costs as much as ten transfers.
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
    largest CONSTANT bigint := 9223372036854775807;
    nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    last CONSTANT uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    n CONSTANT integer := cardinality(ids);
    statuses text[] := array_fill('created'::text, ARRAY[n]);
    details text[] := array_fill(NULL::text, ARRAY[n]);
    -- Resolved items: a post, void or expire takes accounts, currency and amount from the transfer
    -- it resolves; where the item names any, they must be the same.
    of_item integer[];
    pend_action text[]; pend_amount bigint[]; pend_expiry timestamptz[]; pend_closing text[];
    pend_at timestamptz[]; pend_code text[]; pend_refund boolean[];
    resolved_by text[];
    named_debits uuid[] := debits; named_credits uuid[] := credits;
    named_currencies text[] := currencies;
    held bigint; expiry timestamptz; opens text;
    -- Reversed items.
    reversed_action text[]; reversed_amount bigint[]; reversed_by uuid[];
    earlier_same integer[];
    existing_rows ledger_transfer[]; twin ledger_transfer;
    debit_at integer[]; credit_at integer[];
    -- Accounts by position.
    account_ids uuid[]; account_currency text[];
    account_unlocked boolean[]; account_frozen boolean[]; account_closed boolean[];
    floors bigint[]; ceilings bigint[]; account_version bigint[];
    debits_posted bigint[]; credits_posted bigint[];
    debits_pending bigint[]; credits_pending bigint[];
    -- What left them, for accounts that have an owner whose payments are counted.
    account_owner uuid[]; account_counts boolean[]; account_opened timestamptz[];
    outgoing_day date[]; gone bigint[]; paid bigint[]; paid_year bigint[];
    today date; a_payment bigint[]; a_day bigint[]; a_year bigint[]; pin_payment bigint[];
    pin_day bigint[]; counted bigint; back bigint; back_at timestamptz; back_code text;
    -- Entries to be written, and what their ids begin with.
    drawn text;
    entry_item integer[] := '{}'; entry_account integer[] := '{}'; entry_amount bigint[] := '{}';
    entry_balance bigint[] := '{}'; entry_version bigint[] := '{}';
    -- The state before the chain that is being decided.
    chain_start integer; chain_broken boolean := false; kept_entries integer;
    kept_version bigint[]; kept_dp bigint[]; kept_cp bigint[]; kept_dh bigint[]; kept_ch bigint[];
    kept_closed boolean[]; kept_day date[]; kept_gone bigint[]; kept_paid bigint[];
    kept_paid_year bigint[];
    i integer; j integer; d integer; c integer; resolves boolean; refund boolean; found text;
BEGIN
    -- Where a pending transfer is resolved, it names the accounts: it stands in the table (its row
    -- never changes, so no lock is needed yet) or earlier in this batch.
    IF EXISTS (SELECT FROM unnest(pendings) AS x (pending) WHERE x.pending IS NOT NULL) THEN
        SELECT array_agg(s.ord ORDER BY x.ord), array_agg(p.action::text ORDER BY x.ord),
               array_agg(p.amount ORDER BY x.ord), array_agg(p.expires_at ORDER BY x.ord),
               array_agg(p.closing::text ORDER BY x.ord), array_agg(p.at ORDER BY x.ord),
               array_agg(p.code ORDER BY x.ord), array_agg(p.refund ORDER BY x.ord),
               array_agg(COALESCE(p.debit_account_id, x.debit) ORDER BY x.ord),
               array_agg(COALESCE(p.credit_account_id, x.credit) ORDER BY x.ord),
               array_agg(COALESCE(p.currency, x.currency) ORDER BY x.ord)
          INTO of_item, pend_action, pend_amount, pend_expiry, pend_closing, pend_at, pend_code,
               pend_refund, debits, credits, currencies
          FROM unnest(pendings, actions, debits, credits, currencies)
               WITH ORDINALITY AS x (pending, action, debit, credit, currency, ord)
          LEFT JOIN ledger_transfer AS p
            ON p.id = x.pending AND x.action NOT IN ('transfer', 'pending')
          LEFT JOIN LATERAL (
              SELECT max(o.ord)::integer AS ord FROM unnest(ids) WITH ORDINALITY AS o (id, ord)
               WHERE o.id = x.pending AND o.ord < x.ord
          ) AS s ON p.id IS NULL;
    END IF;
    IF cardinality(reversals) > 0 THEN
        SELECT array_agg(r.action::text ORDER BY x.ord), array_agg(r.amount ORDER BY x.ord),
               array_agg(COALESCE(r.credit_account_id, x.debit) ORDER BY x.ord),
               array_agg(COALESCE(r.debit_account_id, x.credit) ORDER BY x.ord),
               array_agg(COALESCE(r.currency, x.currency) ORDER BY x.ord),
               array_agg(COALESCE(x.amount, r.amount) ORDER BY x.ord)
          INTO reversed_action, reversed_amount, debits, credits, currencies, amounts
          FROM unnest(reversals, debits, credits, currencies, amounts)
               WITH ORDINALITY AS x (reversal, debit, credit, currency, amount, ord)
          LEFT JOIN ledger_transfer AS r ON r.id = x.reversal;
    END IF;

    -- See Note [Lock order] in wallet/ledger/locks.py: lowest id first, and never after the room.
    SELECT array_agg(a.id), array_agg(a.currency::text), array_agg(a.unlocked),
           array_agg(a.frozen), array_agg(a.closed), array_agg(a.min_balance),
           array_agg(a.max_balance), array_agg(a.version), array_agg(a.debits_posted),
           array_agg(a.credits_posted), array_agg(a.debits_pending), array_agg(a.credits_pending),
           array_agg(a.owner_id), array_agg(a.kind = 'balance' AND a.owner_id IS NOT NULL),
           array_agg(a.created_at), array_agg(a.outgoing_day), array_agg(a.gone_on_day),
           array_agg(a.paid_on_day), array_agg(a.paid_in_year)
      INTO account_ids, account_currency, account_unlocked, account_frozen, account_closed,
           floors, ceilings, account_version, debits_posted, credits_posted, debits_pending,
           credits_pending, account_owner, account_counts, account_opened, outgoing_day, gone,
           paid, paid_year
      FROM (
          SELECT * FROM ledger_account WHERE id = ANY (debits || credits) AND NOT unlocked
           ORDER BY id FOR NO KEY UPDATE
      ) AS a;
    SELECT account_ids || array_agg(a.id), account_currency || array_agg(a.currency::text),
           account_unlocked || array_agg(true), account_frozen || array_agg(a.frozen),
           account_closed || array_agg(a.closed), floors || array_agg(NULL::bigint),
           ceilings || array_agg(NULL::bigint), account_version || array_agg(0::bigint),
           debits_posted || array_agg(0::bigint),
           credits_posted || array_agg(0::bigint), debits_pending || array_agg(0::bigint),
           credits_pending || array_agg(0::bigint)
      INTO account_ids, account_currency, account_unlocked, account_frozen, account_closed,
           floors, ceilings, account_version, debits_posted, credits_posted, debits_pending,
           credits_pending
      FROM ledger_account AS a WHERE a.id = ANY (debits || credits) AND a.unlocked;

    IF true = ANY (account_counts) THEN
        SELECT outgoing_day_of(moment), array_agg(o.a_payment ORDER BY o.place),
               array_agg(o.a_day ORDER BY o.place), array_agg(o.a_year ORDER BY o.place),
               array_agg(o.pin_payment ORDER BY o.place), array_agg(o.pin_day ORDER BY o.place)
          INTO today, a_payment, a_day, a_year, pin_payment, pin_day
          FROM outgoing_allowances(account_owner, account_counts) AS o;
        IF today IS NULL THEN
            RAISE EXCEPTION 'outgoing_rules is empty: nothing is posted without limits';
        END IF;
    END IF;

    -- Read after the locks: what a rival committed while we waited is seen.
    SELECT array_agg(array_position(account_ids, x.debit) ORDER BY x.ord),
           array_agg(array_position(account_ids, x.credit) ORDER BY x.ord),
           array_agg(r.action::text ORDER BY x.ord),
           array_agg(CASE WHEN t.id IS NULL THEN NULL ELSE t END ORDER BY x.ord),
           array_agg(x.earlier ORDER BY x.ord)
      INTO debit_at, credit_at, resolved_by, existing_rows, earlier_same
      FROM (
          SELECT *, lag(ord::integer) OVER (PARTITION BY id ORDER BY ord) AS earlier
            FROM unnest(ids, debits, credits, pendings)
                 WITH ORDINALITY AS u (id, debit, credit, pending, ord)
      ) AS x
      LEFT JOIN ledger_transfer AS r ON r.pending_id = x.pending
      LEFT JOIN ledger_transfer AS t ON t.id = x.id;
    IF cardinality(reversals) > 0 THEN
        SELECT array_agg(r.id ORDER BY x.ord) INTO reversed_by
          FROM unnest(reversals) WITH ORDINALITY AS x (reversal, ord)
          LEFT JOIN ledger_transfer AS r ON r.reverses = x.reversal;
    END IF;

    FOR i IN 1..n LOOP
        IF chain_start IS NULL AND links[i] THEN
            chain_start := i; chain_broken := false; kept_entries := cardinality(entry_item);
            kept_version := account_version; kept_dp := debits_posted; kept_cp := credits_posted;
            kept_dh := debits_pending; kept_ch := credits_pending; kept_closed := account_closed;
            kept_day := outgoing_day; kept_gone := gone; kept_paid := paid;
            kept_paid_year := paid_year;
        END IF;
        d := debit_at[i]; c := credit_at[i];
        resolves := actions[i] NOT IN ('transfer', 'pending');
        refund := refunds[i] IS TRUE OR reversals[i] IS NOT NULL;
        held := NULL;
        found := CASE
            WHEN links[i] AND i = n THEN 'linked_event_chain_open'
            WHEN chain_broken THEN 'linked_event_failed'
            WHEN ids[i] IS NULL OR ids[i] = nil THEN 'id_must_not_be_zero'
            WHEN ids[i] = last THEN 'id_must_not_be_int_max'
        END;
        -- What is resolved may stand earlier in this batch; then its accounts are locked as well.
        IF resolves THEN
            held := pend_amount[i]; expiry := pend_expiry[i]; opens := pend_closing[i];
            j := of_item[i];
            WHILE statuses[j] <> 'created' LOOP
                j := earlier_same[j];
            END LOOP;
            IF j IS NOT NULL THEN
                d := debit_at[j]; c := credit_at[j]; held := amounts[j]; expiry := expiries[j];
                opens := closings[j]; pend_action[i] := actions[j]; pend_at[i] := moment;
                pend_code[i] := codes[j]; pend_refund[i] := refunds[j] IS TRUE;
                debits[i] := debits[j]; credits[i] := credits[j]; currencies[i] := currencies[j];
            END IF;
            amounts[i] := COALESCE(amounts[i], held);
        ELSIF balancings[i] IS NOT NULL THEN
            amounts[i] := COALESCE(amounts[i], largest);
        END IF;
        -- The id may have been used before: in the table, or by an earlier item of this batch.
        twin := existing_rows[i];
        j := earlier_same[i];
        WHILE statuses[j] <> 'created' LOOP
            j := earlier_same[j];
        END LOOP;
        IF j IS NOT NULL THEN
            twin.id := ids[j]; twin.action := actions[j]; twin.debit_account_id := debits[j];
            twin.credit_account_id := credits[j]; twin.amount := amounts[j];
            twin.currency := currencies[j]; twin.code := codes[j];
            twin.pending_id := pendings[j]; twin.expires_at := expiries[j]; twin.ref := refs[j];
            twin.balancing := balancings[j]; twin.closing := closings[j];
            twin.reverses := reversals[j];
        END IF;
        IF found IS NULL AND twin.id IS NOT NULL THEN
            found := ledger_compare(
                twin, actions[i], balancings[i], closings[i], reversals[i], pendings[i],
                expiries[i], CASE WHEN resolves THEN named_debits[i] ELSE debits[i] END,
                CASE WHEN resolves THEN named_credits[i] ELSE credits[i] END, amounts[i], refs[i],
                CASE WHEN resolves THEN named_currencies[i] ELSE currencies[i] END, codes[i]);
        END IF;
        IF found IS NULL AND resolves THEN
            found := CASE
                WHEN balancings[i] IS NOT NULL OR closings[i] IS NOT NULL
                    OR reversals[i] IS NOT NULL THEN 'flags_are_mutually_exclusive'
                WHEN pendings[i] IS NULL OR pendings[i] = nil THEN 'pending_id_must_not_be_zero'
                WHEN pendings[i] = last THEN 'pending_id_must_not_be_int_max'
                WHEN pendings[i] = ids[i] THEN 'pending_id_must_be_different'
                WHEN expiries[i] IS NOT NULL THEN 'timeout_reserved_for_pending_transfer'
                WHEN pend_action[i] IS NULL THEN 'pending_transfer_not_found'
                WHEN pend_action[i] <> 'pending' THEN 'pending_transfer_not_pending'
                WHEN named_debits[i] <> debits[i]
                    THEN 'pending_transfer_has_different_debit_account_id'
                WHEN named_credits[i] <> credits[i]
                    THEN 'pending_transfer_has_different_credit_account_id'
                WHEN named_currencies[i] <> currencies[i]
                    THEN 'pending_transfer_has_different_ledger'
                WHEN amounts[i] > held THEN 'exceeds_pending_transfer_amount'
                WHEN amounts[i] < 0 THEN 'amount_must_not_be_negative'
                WHEN amounts[i] < held AND actions[i] <> 'post'
                    THEN 'pending_transfer_has_different_amount'
                WHEN resolved_by[i] = 'post' THEN 'pending_transfer_already_posted'
                WHEN resolved_by[i] = 'void' THEN 'pending_transfer_already_voided'
                WHEN resolved_by[i] = 'expire' THEN 'pending_transfer_expired'
            END;
            FOR j IN 1..i - 1 LOOP
                IF found IS NULL AND pendings[j] = pendings[i] AND statuses[j] = 'created' THEN
                    found := CASE actions[j] WHEN 'post' THEN 'pending_transfer_already_posted'
                        WHEN 'void' THEN 'pending_transfer_already_voided'
                        ELSE 'pending_transfer_expired' END;
                END IF;
            END LOOP;
            -- A void frees the hold whenever it comes; a post must come in time.
            found := COALESCE(found, CASE
                WHEN actions[i] = 'post' AND moment >= expiry THEN 'pending_transfer_expired'
                WHEN actions[i] = 'expire' AND (expiry IS NULL OR moment < expiry)
                    THEN 'pending_transfer_not_expired'
                WHEN actions[i] = 'post' AND account_closed[d] AND NOT refund
                    THEN 'debit_account_already_closed'
                WHEN actions[i] = 'post' AND account_closed[c] AND NOT refund
                    THEN 'credit_account_already_closed'
            END);
            IF found IS NULL THEN
                debits_pending[d] := debits_pending[d] - held;
                credits_pending[c] := credits_pending[c] - held;
                IF opens IS NOT NULL AND actions[i] <> 'post' THEN
                    account_closed[d] := account_closed[d] AND opens = 'credit';
                    account_closed[c] := account_closed[c] AND opens = 'debit';
                END IF;
            END IF;
        ELSIF found IS NULL THEN
            IF reversals[i] IS NOT NULL THEN
                found := CASE
                    WHEN actions[i] <> 'transfer' OR balancings[i] IS NOT NULL
                        THEN 'flags_are_mutually_exclusive'
                    WHEN reversed_action[i] IS NULL THEN 'reversed_transfer_not_found'
                    WHEN reversed_action[i] NOT IN ('transfer', 'post')
                        THEN 'reversed_transfer_not_posted'
                    WHEN amounts[i] > reversed_amount[i] THEN 'exceeds_reversed_transfer_amount'
                    WHEN reversed_by[i] IS NOT NULL THEN 'transfer_already_reversed'
                END;
                FOR j IN 1..i - 1 LOOP
                    IF found IS NULL AND reversals[j] = reversals[i] AND statuses[j] = 'created'
                    THEN
                        found := 'transfer_already_reversed';
                    END IF;
                END LOOP;
            END IF;
            found := COALESCE(found, CASE
                WHEN debits[i] IS NULL OR debits[i] = nil THEN 'debit_account_id_must_not_be_zero'
                WHEN debits[i] = last THEN 'debit_account_id_must_not_be_int_max'
                WHEN credits[i] IS NULL OR credits[i] = nil
                    THEN 'credit_account_id_must_not_be_zero'
                WHEN credits[i] = last THEN 'credit_account_id_must_not_be_int_max'
                WHEN debits[i] = credits[i] THEN 'accounts_must_be_different'
                WHEN pendings[i] IS NOT NULL THEN 'pending_id_must_be_zero'
                WHEN expiries[i] IS NOT NULL AND actions[i] <> 'pending'
                    THEN 'timeout_reserved_for_pending_transfer'
                WHEN closings[i] IS NOT NULL AND actions[i] <> 'pending'
                    THEN 'closing_transfer_must_be_pending'
                WHEN currencies[i] IS NULL OR currencies[i] = '' THEN 'ledger_must_not_be_zero'
                WHEN codes[i] = '' THEN 'code_must_not_be_zero'
                WHEN amounts[i] IS NULL OR amounts[i] < 0 THEN 'amount_must_not_be_negative'
                WHEN d IS NULL THEN 'debit_account_not_found'
                WHEN c IS NULL THEN 'credit_account_not_found'
                WHEN account_currency[d] <> account_currency[c]
                    THEN 'accounts_must_have_the_same_ledger'
                WHEN account_currency[d] <> currencies[i]
                    THEN 'transfer_must_have_the_same_ledger_as_accounts'
                WHEN account_closed[d] AND NOT refund THEN 'debit_account_already_closed'
                WHEN account_closed[c] AND NOT refund THEN 'credit_account_already_closed'
                WHEN account_frozen[d] AND NOT refund THEN 'debit_account_barred'
                WHEN account_frozen[c] AND NOT refund THEN 'credit_account_barred'
            END);
            -- As much as there is: down to the floor, up to the ceiling, or to nought without one.
            IF found IS NULL AND (balancings[i] IS NOT NULL OR closings[i] IS NOT NULL) THEN
                IF account_unlocked[d] AND (balancings[i] <> 'credit' OR closings[i] <> 'credit')
                    OR account_unlocked[c] AND (balancings[i] <> 'debit' OR closings[i] <> 'debit')
                THEN
                    found := 'unlocked_account_keeps_no_balance';
                END IF;
                IF balancings[i] IN ('debit', 'both') THEN
                    amounts[i] := LEAST(amounts[i], GREATEST(0, credits_posted[d]
                        - debits_posted[d] - debits_pending[d] - COALESCE(floors[d], 0)));
                END IF;
                IF balancings[i] IN ('credit', 'both') THEN
                    amounts[i] := LEAST(amounts[i], GREATEST(0, debits_posted[c]
                        - credits_posted[c] - credits_pending[c] + COALESCE(ceilings[c], 0)));
                END IF;
            END IF;
            found := COALESCE(found, CASE
                WHEN actions[i] = 'pending' AND debits_pending[d] > largest - amounts[i]
                    THEN 'overflows_debits_pending'
                WHEN actions[i] = 'pending' AND credits_pending[c] > largest - amounts[i]
                    THEN 'overflows_credits_pending'
                WHEN debits_posted[d] > largest - amounts[i] THEN 'overflows_debits_posted'
                WHEN credits_posted[c] > largest - amounts[i] THEN 'overflows_credits_posted'
                WHEN debits_posted[d] > largest - debits_pending[d] - amounts[i]
                    THEN 'overflows_debits'
                WHEN credits_posted[c] > largest - credits_pending[c] - amounts[i]
                    THEN 'overflows_credits'
                WHEN credits_posted[d] - debits_posted[d] - debits_pending[d]
                     < floors[d] + amounts[i]
                    THEN 'exceeds_credits'
                WHEN credits_posted[c] - debits_posted[c] + credits_pending[c]
                     > ceilings[c] - amounts[i] AND NOT refund
                    THEN 'exceeds_debits'
            END);
            -- What a client may know of it: how much there is, or may be.
            IF found = 'exceeds_credits' THEN
                details[i] := json_build_object('available', credits_posted[d] - debits_posted[d]
                                                - debits_pending[d]);
            ELSIF found = 'exceeds_debits' THEN
                details[i] := json_build_object('limit', ceilings[c]);
            END IF;
        END IF;
        back := 0;
        IF found IS NULL AND resolves THEN
            -- A hold that ends gives back what of it is not posted.
            IF account_counts[d] AND NOT pend_refund[i] THEN
                back := held - CASE actions[i] WHEN 'post' THEN amounts[i] ELSE 0 END;
                back_at := pend_at[i]; back_code := pend_code[i]; j := d;
            END IF;
        ELSIF found IS NULL AND account_counts[d] AND NOT refund THEN
            counted := CASE WHEN outgoing_counts(codes[i]) THEN amounts[i] ELSE 0 END;
            -- A payment of a moment before midnight that arrives after it belongs to the new day.
            IF outgoing_day[d] IS NULL OR outgoing_day[d] < today THEN
                IF extract(year FROM outgoing_day[d]) < extract(year FROM today) THEN
                    paid_year[d] := 0;
                END IF;
                outgoing_day[d] := today; gone[d] := 0; paid[d] := 0;
            END IF;
            IF amounts[i] > pin_payment[d] OR amounts[i] > pin_day[d] - gone[d] OR counted > 0 AND (
                counted > a_payment[d] OR counted > a_day[d] - paid[d]
                OR counted > a_year[d] - paid_year[d])
            THEN
                SELECT r.status, r.detail INTO found, detail FROM outgoing_refusal(
                    account_owner[d], counted, paid[d], paid_year[d], moment) AS r;
                details[i] := detail;
            ELSE
                gone[d] := gone[d] + amounts[i]; paid[d] := paid[d] + counted;
                paid_year[d] := paid_year[d] + counted;
            END IF;
        END IF;
        IF found IS NULL AND account_counts[c] AND actions[i] IN ('transfer', 'post') THEN
            IF account_owner[d] = account_owner[c] AND NOT account_counts[d] THEN
                -- An escrow gives back to its owner; it was opened when it was funded.
                back := amounts[i]; back_at := account_opened[d]; back_code := codes[i]; j := c;
            ELSIF refund AND actions[i] = 'transfer' AND account_owner[d] <> account_owner[c] THEN
                -- Somebody else refunds what was paid for the same thing. (A reversal names it.)
                SELECT p.at, p.code INTO back_at, back_code
                  FROM outgoing_paid_before(account_ids[c], refs[i], reversals[i]) AS p;
                IF back_at IS NOT NULL THEN
                    back := amounts[i]; j := c;
                END IF;
            END IF;
        END IF;
        IF back > 0 AND outgoing_day[j] IS NOT NULL THEN
            counted := CASE WHEN outgoing_counts(back_code) THEN back ELSE 0 END;
            IF outgoing_day_of(back_at) = outgoing_day[j] THEN
                gone[j] := greatest(0, gone[j] - back);
                paid[j] := greatest(0, paid[j] - counted);
            END IF;
            IF extract(year FROM outgoing_day_of(back_at)) = extract(year FROM outgoing_day[j]) THEN
                paid_year[j] := greatest(0, paid_year[j] - counted);
            END IF;
        END IF;
        IF found IS NULL AND actions[i] = 'pending' THEN
            debits_pending[d] := debits_pending[d] + amounts[i];
            credits_pending[c] := credits_pending[c] + amounts[i];
            IF closings[i] IS NOT NULL THEN
                account_closed[d] := account_closed[d] OR closings[i] <> 'credit';
                account_closed[c] := account_closed[c] OR closings[i] <> 'debit';
            END IF;
        ELSIF found IS NULL AND actions[i] IN ('transfer', 'post') THEN
            debits_posted[d] := debits_posted[d] + amounts[i];
            credits_posted[c] := credits_posted[c] + amounts[i];
            account_version[d] := account_version[d] + 1;
            account_version[c] := account_version[c] + 1;
            entry_item := entry_item || ARRAY[i, i];
            entry_account := entry_account || ARRAY[d, c];
            entry_amount := entry_amount || ARRAY[-amounts[i], amounts[i]];
            entry_balance := entry_balance || ARRAY[
                credits_posted[d] - debits_posted[d], credits_posted[c] - debits_posted[c]];
            entry_version := entry_version || ARRAY[account_version[d], account_version[c]];
        END IF;
        statuses[i] := COALESCE(found, 'created');

        IF chain_start IS NOT NULL AND found IS NOT NULL AND NOT chain_broken THEN
            chain_broken := true;
            FOR j IN chain_start..i - 1 LOOP
                statuses[j] := 'linked_event_failed';
            END LOOP;
            account_version := kept_version; debits_posted := kept_dp; credits_posted := kept_cp;
            debits_pending := kept_dh; credits_pending := kept_ch; account_closed := kept_closed;
            outgoing_day := kept_day; gone := kept_gone; paid := kept_paid;
            paid_year := kept_paid_year;
            entry_item := entry_item[1:kept_entries];
            entry_account := entry_account[1:kept_entries];
            entry_amount := entry_amount[1:kept_entries];
            entry_balance := entry_balance[1:kept_entries];
            entry_version := entry_version[1:kept_entries];
        END IF;
        IF NOT links[i] THEN
            chain_start := NULL; chain_broken := false;
        END IF;
    END LOOP;

    INSERT INTO ledger_transfer (id, action, debit_account_id, credit_account_id, amount, currency,
                                 code, pending_id, expires_at, ref, note, at, refund, balancing,
                                 closing, reverses)
    SELECT x.id, x.action, x.debit, x.credit, x.amount, x.currency, x.code, x.pending, x.expiry,
           x.ref, x.note, moment, COALESCE(x.refund, false) OR x.reverses IS NOT NULL,
           x.balancing, x.closing, x.reverses
      FROM unnest(ids, actions, debits, credits, amounts, currencies, codes, pendings, expiries,
                  refs, notes, statuses, refunds, balancings, closings, reversals)
           AS x (id, action, debit, credit, amount, currency, code, pending, expiry, ref, note,
                 status, refund, balancing, closing, reverses)
     WHERE x.status = 'created';

    -- One moment and one draw for all of them, counted on from there: drawing each takes as long as
    -- writing it. Not before the locks: an account's entries come in the order of their ids.
    drawn := left(uuidv7()::text, 28);
    INSERT INTO ledger_entry (id, account_id, transfer_id, amount, balance, version, at)
    SELECT (drawn || lpad(to_hex(x.place), 8, '0'))::uuid, account_ids[x.account], ids[x.item],
           x.amount,
           CASE WHEN NOT account_unlocked[x.account] THEN x.balance END,
           CASE WHEN NOT account_unlocked[x.account] THEN x.version END, moment
      FROM unnest(entry_item, entry_account, entry_amount, entry_balance, entry_version)
           WITH ORDINALITY AS x (item, account, amount, balance, version, place);

    UPDATE ledger_account AS a
       SET debits_posted = x.dp, credits_posted = x.cp, debits_pending = x.dh,
           credits_pending = x.ch, version = x.version, closed = x.closed,
           outgoing_day = x.day, gone_on_day = x.gone, paid_on_day = x.paid,
           paid_in_year = x.paid_year
      FROM unnest(account_ids, account_unlocked, debits_posted, credits_posted, debits_pending,
                  credits_pending, account_version, account_closed, outgoing_day, gone, paid,
                  paid_year)
           AS x (id, unlocked, dp, cp, dh, ch, version, closed, day, gone, paid, paid_year)
     WHERE a.id = x.id AND NOT x.unlocked
       AND (a.version <> x.version OR a.debits_pending <> x.dh OR a.credits_pending <> x.ch
            OR a.closed <> x.closed
            OR (a.outgoing_day, a.gone_on_day, a.paid_on_day, a.paid_in_year)
               IS DISTINCT FROM (x.day, x.gone, x.paid, x.paid_year));

    RETURN QUERY SELECT x.ord::integer, x.status, x.amount, x.detail, x.id, x.action, x.debit,
           x.credit, x.currency, x.code
      FROM unnest(statuses, amounts, details, ids, actions, debits, credits, currencies, codes)
           WITH ORDINALITY
           AS x (status, amount, detail, id, action, debit, credit, currency, code, ord);
END
$$;
