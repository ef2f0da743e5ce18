-- The one way to write the ledger: a batch of items in, a status per item out.
--
-- An item that is refused changes nothing and does not undo its neighbours; items chained by
-- `linked` happen all or none. Items see the effects of those before them. Statuses carry
-- TigerBeetle's names where it has one; see docs/ledger.md for what each means to a client.
-- A refund ignores freezes and ceilings, but no floor.
--
-- Accounts are locked first, lowest id first, then read into arrays; the loop decides item by item
-- over those arrays; transfers, entries and balances are written at the end, one statement each.
CREATE OR REPLACE FUNCTION ledger_post_batch(
    ids uuid[], actions text[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    codes text[], pendings uuid[], expiries timestamptz[], links boolean[], refs uuid[],
    notes text[], moment timestamptz, refunds boolean[] DEFAULT '{}'
) RETURNS TABLE (item integer, status text, amount bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    largest CONSTANT bigint := 9223372036854775807;
    n CONSTANT integer := cardinality(ids);
    statuses text[] := array_fill('created'::text, ARRAY[n]);
    -- Resolved items: a post or void takes accounts, currency and amount from the transfer it
    -- resolves.
    of_item integer[];
    pend_amount bigint[]; pend_expiry timestamptz[]; resolved_by text[];
    earlier_same integer[];
    existing_rows ledger_transfer[]; twin ledger_transfer;
    debit_at integer[]; credit_at integer[];
    -- Accounts by position.
    account_ids uuid[]; account_currency text[];
    account_unlocked boolean[]; account_barred boolean[];
    floors bigint[]; ceilings bigint[]; account_version bigint[];
    debits_posted bigint[]; credits_posted bigint[];
    debits_pending bigint[]; credits_pending bigint[];
    -- Entries to be written.
    entry_item integer[] := '{}'; entry_account integer[] := '{}'; entry_amount bigint[] := '{}';
    entry_balance bigint[] := '{}'; entry_version bigint[] := '{}';
    -- The state before the chain that is being decided.
    chain_start integer; chain_broken boolean := false; kept_entries integer;
    kept_version bigint[]; kept_dp bigint[]; kept_cp bigint[]; kept_dh bigint[]; kept_ch bigint[];
    i integer; j integer; d integer; c integer; held bigint; found text;
BEGIN
    -- Where a pending transfer is resolved, it names the accounts: it stands in the table (its row
    -- never changes, so no lock is needed yet) or earlier in this batch.
    IF EXISTS (SELECT FROM unnest(pendings) AS x (pending) WHERE x.pending IS NOT NULL) THEN
        SELECT array_agg(s.ord ORDER BY x.ord), array_agg(p.amount ORDER BY x.ord),
               array_agg(p.expires_at ORDER BY x.ord),
               array_agg(COALESCE(p.debit_account_id, debits[s.ord], x.debit) ORDER BY x.ord),
               array_agg(COALESCE(p.credit_account_id, credits[s.ord], x.credit) ORDER BY x.ord),
               array_agg(COALESCE(p.currency, currencies[s.ord], x.currency) ORDER BY x.ord)
          INTO of_item, pend_amount, pend_expiry, debits, credits, currencies
          FROM unnest(pendings, debits, credits, currencies)
               WITH ORDINALITY AS x (pending, debit, credit, currency, ord)
          LEFT JOIN ledger_transfer AS p ON p.id = x.pending AND p.action = 'pending'
          LEFT JOIN LATERAL (
              SELECT min(o.ord)::integer AS ord
                FROM unnest(ids, actions) WITH ORDINALITY AS o (id, action, ord)
               WHERE o.id = x.pending AND o.action = 'pending' AND o.ord < x.ord
          ) AS s ON p.id IS NULL;
    END IF;

    -- See Note [Lock order] in wallet/ledger/locks.py: lowest id first, and never after the room.
    SELECT array_agg(a.id), array_agg(a.currency::text), array_agg(a.unlocked),
           array_agg(a.frozen OR a.closed), array_agg(a.min_balance), array_agg(a.max_balance),
           array_agg(a.version), array_agg(a.debits_posted), array_agg(a.credits_posted),
           array_agg(a.debits_pending), array_agg(a.credits_pending)
      INTO account_ids, account_currency, account_unlocked, account_barred, floors, ceilings,
           account_version, debits_posted, credits_posted, debits_pending, credits_pending
      FROM (
          SELECT * FROM ledger_account WHERE id = ANY (debits || credits) AND NOT unlocked
           ORDER BY id FOR NO KEY UPDATE
      ) AS a;
    SELECT account_ids || array_agg(a.id), account_currency || array_agg(a.currency::text),
           account_unlocked || array_agg(true), account_barred || array_agg(a.frozen OR a.closed),
           floors || array_agg(NULL::bigint), ceilings || array_agg(NULL::bigint),
           account_version || array_agg(0::bigint), debits_posted || array_agg(0::bigint),
           credits_posted || array_agg(0::bigint), debits_pending || array_agg(0::bigint),
           credits_pending || array_agg(0::bigint)
      INTO account_ids, account_currency, account_unlocked, account_barred, floors, ceilings,
           account_version, debits_posted, credits_posted, debits_pending, credits_pending
      FROM ledger_account AS a WHERE a.id = ANY (debits || credits) AND a.unlocked;

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

    FOR i IN 1..n LOOP
        IF chain_start IS NULL AND links[i] THEN
            chain_start := i; chain_broken := false; kept_entries := cardinality(entry_item);
            kept_version := account_version; kept_dp := debits_posted; kept_cp := credits_posted;
            kept_dh := debits_pending; kept_ch := credits_pending;
        END IF;
        d := debit_at[i]; c := credit_at[i];
        found := NULL;
        IF chain_broken THEN
            found := 'linked_event_failed';
        ELSIF links[i] AND i = n THEN
            found := 'linked_event_chain_open';
        ELSE
            found := CASE
                WHEN actions[i] IN ('post', 'void') THEN
                    CASE WHEN pendings[i] IS NULL THEN 'pending_id_must_not_be_zero' END
                WHEN debits[i] IS NULL THEN 'debit_account_id_must_not_be_zero'
                WHEN credits[i] IS NULL THEN 'credit_account_id_must_not_be_zero'
                WHEN debits[i] = credits[i] THEN 'accounts_must_be_different'
                WHEN pendings[i] IS NOT NULL THEN 'pending_id_must_be_zero'
                WHEN expiries[i] IS NOT NULL AND actions[i] <> 'pending'
                    THEN 'timeout_reserved_for_pending_transfer'
                WHEN amounts[i] IS NULL OR amounts[i] < 0 THEN 'amount_must_not_be_negative'
            END;
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
        END IF;
        IF found IS NULL AND twin.id IS NOT NULL THEN
            found := ledger_compare(twin, actions[i], debits[i], credits[i], amounts[i],
                                    currencies[i], codes[i], pendings[i], refs[i], expiries[i]);
        END IF;
        IF found IS NULL AND actions[i] IN ('post', 'void') THEN
            j := of_item[i];
            found := CASE
                WHEN pend_amount[i] IS NULL AND (j IS NULL OR statuses[j] <> 'created')
                    THEN 'pending_transfer_not_found'
                WHEN resolved_by[i] = 'post' THEN 'pending_transfer_already_posted'
                WHEN resolved_by[i] = 'void' THEN 'pending_transfer_already_voided'
            END;
            IF found IS NULL THEN
                held := COALESCE(pend_amount[i], amounts[j]);
                amounts[i] := CASE actions[i]
                    WHEN 'void' THEN held ELSE COALESCE(amounts[i], held) END;
                found := CASE
                    WHEN amounts[i] > held THEN 'exceeds_pending_transfer_amount'
                    WHEN actions[i] = 'post' AND moment >= COALESCE(pend_expiry[i], expiries[j])
                        THEN 'pending_transfer_expired'
                END;
            END IF;
            FOR j IN 1..i - 1 LOOP
                IF found IS NULL AND pendings[j] = pendings[i] AND statuses[j] = 'created' THEN
                    found := 'pending_transfer_already_' ||
                        CASE actions[j] WHEN 'post' THEN 'posted' ELSE 'voided' END;
                END IF;
            END LOOP;
            IF found IS NULL THEN
                debits_pending[d] := debits_pending[d] - held;
                credits_pending[c] := credits_pending[c] - held;
            END IF;
        ELSIF found IS NULL THEN
            found := CASE
                WHEN d IS NULL THEN 'debit_account_not_found'
                WHEN c IS NULL THEN 'credit_account_not_found'
                WHEN account_currency[d] <> account_currency[c]
                    THEN 'accounts_must_have_the_same_ledger'
                WHEN account_currency[d] <> currencies[i]
                    THEN 'transfer_must_have_the_same_ledger_as_accounts'
                WHEN account_barred[d] AND refunds[i] IS NOT TRUE THEN 'debit_account_barred'
                WHEN account_barred[c] AND refunds[i] IS NOT TRUE THEN 'credit_account_barred'
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
                     > ceilings[c] - amounts[i] AND refunds[i] IS NOT TRUE
                    THEN 'exceeds_debits'
            END;
        END IF;
        IF found IS NULL AND actions[i] = 'pending' THEN
            debits_pending[d] := debits_pending[d] + amounts[i];
            credits_pending[c] := credits_pending[c] + amounts[i];
        ELSIF found IS NULL AND actions[i] <> 'void' THEN
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
            debits_pending := kept_dh; credits_pending := kept_ch;
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
                                 code, pending_id, expires_at, ref, note, at, refund)
    SELECT x.id, x.action, x.debit, x.credit, x.amount, x.currency, x.code, x.pending, x.expiry,
           x.ref, x.note, moment, COALESCE(x.refund, false)
      FROM unnest(ids, actions, debits, credits, amounts, currencies, codes, pendings, expiries,
                  refs, notes, statuses, refunds)
           AS x (id, action, debit, credit, amount, currency, code, pending, expiry, ref, note,
                 status, refund)
     WHERE x.status = 'created';

    INSERT INTO ledger_entry (id, account_id, transfer_id, amount, balance, version, at)
    SELECT uuidv7(), account_ids[x.account], ids[x.item], x.amount,
           CASE WHEN NOT account_unlocked[x.account] THEN x.balance END,
           CASE WHEN NOT account_unlocked[x.account] THEN x.version END, moment
      FROM unnest(entry_item, entry_account, entry_amount, entry_balance, entry_version)
           AS x (item, account, amount, balance, version);

    UPDATE ledger_account AS a
       SET debits_posted = x.dp, credits_posted = x.cp, debits_pending = x.dh,
           credits_pending = x.ch, version = x.version
      FROM unnest(account_ids, account_unlocked, debits_posted, credits_posted, debits_pending,
                  credits_pending, account_version) AS x (id, unlocked, dp, cp, dh, ch, version)
     WHERE a.id = x.id AND NOT x.unlocked
       AND (a.version <> x.version OR a.debits_pending <> x.dh OR a.credits_pending <> x.ch);

    RETURN QUERY SELECT x.ord::integer, x.status, x.amount
      FROM unnest(statuses, amounts) WITH ORDINALITY AS x (status, amount, ord);
END
$$;
