-- The books refuse raw SQL that would falsify them. These are statement triggers, so a batch pays
-- for them once. What has just been written is joined with tables by index, however small they
-- were when a plan was made, and with itself by hashing, which the posting switches off.

-- Room on each page for the next version of a row: a balance changes often, and its indexes need
-- not hear of it.
ALTER TABLE ledger_account SET (fillfactor = 50);

-- Append-only: what was written stays.
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER transfer_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER entry_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER account_is_never_removed BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Zero-sum: entries come in pairs that fit their transfer.
CREATE OR REPLACE FUNCTION ledger_refuse_unbalanced() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    culprit uuid;
BEGIN
    SELECT e.transfer_id INTO culprit
      FROM fresh AS e LEFT JOIN ledger_transfer AS t ON t.id = e.transfer_id
     GROUP BY e.transfer_id
    HAVING count(*) <> 2
        OR count(*) FILTER (WHERE e.account_id = t.debit_account_id AND e.amount = -t.amount) <> 1
        OR count(*) FILTER (WHERE e.account_id = t.credit_account_id AND e.amount = t.amount) <> 1
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of transfer % do not balance', culprit
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER entry_balances AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_unbalanced();

-- A balance is what the account's last entry says; it moves only together with its entries.
CREATE OR REPLACE FUNCTION ledger_refuse_forged_balance() RETURNS trigger
LANGUAGE plpgsql SET enable_hashjoin = on AS $$
DECLARE
    culprit uuid;
BEGIN
    SELECT a.id INTO culprit
      FROM after AS a JOIN before AS b ON b.id = a.id
     WHERE (a.credits_posted <> b.credits_posted OR a.debits_posted <> b.debits_posted
            OR a.version <> b.version)
       AND (a.unlocked OR a.version <= b.version OR a.credits_posted - a.debits_posted
            IS DISTINCT FROM (SELECT e.balance FROM ledger_entry AS e
                               WHERE e.account_id = a.id AND e.version = a.version))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the balance of account % does not follow from its entries', culprit
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER account_balance_follows_entries AFTER UPDATE ON ledger_account
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_forged_balance();
