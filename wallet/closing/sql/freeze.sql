-- An account that a frozen person opens is frozen too, whoever opens it, and that of somebody who
-- has left is closed: nothing lands where nobody can fetch it.
CREATE OR REPLACE FUNCTION closing_freeze_fresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'balance' THEN
        -- Waits for a freeze that is under way, and has the next one wait until this account is
        -- there to be frozen.
        PERFORM FROM people_person WHERE id = NEW.owner_id FOR SHARE;
        NEW.frozen := NEW.frozen OR EXISTS (
            SELECT FROM closing_freeze WHERE person_id = NEW.owner_id AND lifted_at IS NULL);
        NEW.closed := NEW.closed OR EXISTS (
            SELECT FROM people_person WHERE id = NEW.owner_id AND closed_at IS NOT NULL);
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER account_of_frozen_is_frozen BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION closing_freeze_fresh();
