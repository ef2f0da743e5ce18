-- How an item differs from the transfer that has its id already: the first term that does, in
-- TigerBeetle's order. What a resolution or a reversal leaves open is taken from what it is about.
CREATE OR REPLACE FUNCTION ledger_compare(
    existing ledger_transfer, action text, balancing text, closing text, reverses uuid,
    pending uuid, expiry timestamptz, debit uuid, credit uuid, amount bigint, ref uuid,
    currency text, code text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN existing.action <> action OR existing.balancing IS DISTINCT FROM balancing
            OR existing.closing IS DISTINCT FROM closing
            OR existing.reverses IS DISTINCT FROM reverses
            THEN 'exists_with_different_flags'
        WHEN existing.pending_id IS DISTINCT FROM pending THEN 'exists_with_different_pending_id'
        WHEN existing.expires_at IS DISTINCT FROM expiry THEN 'exists_with_different_timeout'
        WHEN existing.debit_account_id <> debit THEN 'exists_with_different_debit_account_id'
        WHEN existing.credit_account_id <> credit THEN 'exists_with_different_credit_account_id'
        WHEN existing.amount > amount OR (existing.amount < amount AND balancing IS NULL)
            THEN 'exists_with_different_amount'
        WHEN existing.ref IS DISTINCT FROM ref THEN 'exists_with_different_user_data_128'
        WHEN existing.currency <> currency THEN 'exists_with_different_ledger'
        WHEN existing.code <> code THEN 'exists_with_different_code'
        ELSE 'exists'
    END
$$;
