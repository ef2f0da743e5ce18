-- How an item differs from the transfer that has its id already.
CREATE OR REPLACE FUNCTION ledger_compare(
    existing ledger_transfer, action text, debit uuid, credit uuid, amount bigint, currency text,
    code text, pending uuid, ref uuid, expiry timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN existing.currency <> currency THEN 'exists_with_different_ledger'
        WHEN existing.action <> action THEN 'exists_with_different_flags'
        WHEN existing.pending_id IS DISTINCT FROM pending THEN 'exists_with_different_pending_id'
        WHEN existing.debit_account_id <> debit THEN 'exists_with_different_debit_account_id'
        WHEN existing.credit_account_id <> credit THEN 'exists_with_different_credit_account_id'
        WHEN existing.amount <> COALESCE(amount, existing.amount)
            THEN 'exists_with_different_amount'
        WHEN existing.ref IS DISTINCT FROM ref THEN 'exists_with_different_user_data_128'
        WHEN existing.expires_at IS DISTINCT FROM expiry THEN 'exists_with_different_timeout'
        WHEN existing.code <> code THEN 'exists_with_different_code'
        ELSE 'exists'
    END
$$;
