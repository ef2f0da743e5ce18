-- Note [Told by the tables]
-- The tables of the wallet tell the graph themselves, by triggers, in the transaction that changes
-- them: whoever writes, on whatever way, nothing that the graph shows changes without an event. A
-- trigger records what the view of the kind says of the row, so live events and a rebuild cannot
-- differ. A view is asked by ids that the statement wrote, in one statement for all of them.

CREATE OR REPLACE FUNCTION graphed_tell_transfers() RETURNS trigger
-- By index, whatever the tables held when a plan was made: it may be kept while they grow, and is,
-- because planning anew for each batch costs as much as ten payments.
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    moved uuid[]; over_banks uuid[]; of_loans uuid[]; met uuid[];
BEGIN
    SELECT array_agg(id), array_agg(id) FILTER (WHERE code IN ('bank.top_up', 'bank.withdraw')),
           array_agg(id) FILTER (WHERE code IN ('loan.grant', 'loan.repay'))
      INTO moved, over_banks, of_loans
      FROM fresh WHERE action IN ('transfer', 'post');
    IF moved IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.payment', p.id, p.version, '{}'::uuid[], to_jsonb(p)
      FROM unnest(moved) AS x (id) JOIN graph_payment AS p ON p.id = x.id;
    IF over_banks IS NOT NULL THEN
        WITH met AS (
            INSERT INTO graphed_channel (id, name, currency, created_at)
            SELECT graph_id(note, currency), note, currency, min(at) FROM fresh
             WHERE id = ANY (over_banks) GROUP BY note, currency
            ON CONFLICT DO NOTHING RETURNING id
        ) SELECT array_agg(id) INTO met FROM met;
        INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
        SELECT 'money', 'money.channel', c.id, c.version, '{}'::uuid[], to_jsonb(c)
          FROM graph_channel AS c WHERE c.id = ANY (met)
        UNION ALL
        SELECT 'money', 'money.withdrawal', w.id, w.version, '{}'::uuid[], to_jsonb(w)
          FROM graph_withdrawal AS w WHERE w.id = ANY (over_banks);
    END IF;
    IF of_loans IS NOT NULL THEN
        INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
        SELECT 'money', 'money.deposit', d.id, d.version, '{}'::uuid[], to_jsonb(d)
          FROM graph_deposit AS d WHERE d.id = ANY (of_loans)
        UNION ALL
        SELECT 'money', 'money.repayment', r.id, r.version, '{}'::uuid[], to_jsonb(r)
          FROM graph_repayment AS r WHERE r.id = ANY (of_loans);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER transfer_tells_the_graph AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_transfers();

-- See Note [Told by the tables]. A sign-in and an account that are made at the same time wait for
-- each other at the person's row, so that one of the two sees the other.
CREATE OR REPLACE FUNCTION graphed_tell_accounts() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    opened uuid[];
BEGIN
    SELECT array_agg(id) INTO opened FROM fresh WHERE kind = 'balance' AND owner_id IS NOT NULL;
    IF opened IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.account', a.id, a.version, '{}'::uuid[], to_jsonb(a)
      FROM graph_account AS a WHERE a.id = ANY (opened)
    UNION ALL
    SELECT 'money', 'money.sign_in', s.id, s.version, '{}'::uuid[], to_jsonb(s)
      FROM graph_sign_in AS s WHERE s.account = ANY (opened);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER account_tells_the_graph AFTER INSERT ON ledger_account
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_accounts();

-- The row is locked by whoever changes it, so versions follow one another.
CREATE OR REPLACE FUNCTION graphed_count(changed uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO graphed_shown AS shown (id, version) VALUES (changed, 2)
    ON CONFLICT (id) DO UPDATE SET version = shown.version + 1
$$;

CREATE OR REPLACE FUNCTION graphed_tell_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM graphed_count(NEW.id);
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.account', a.id, a.version, '{}'::uuid[], to_jsonb(a)
      FROM graph_account AS a WHERE a.id = NEW.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER account_tells_of_its_bars AFTER UPDATE ON ledger_account
    FOR EACH ROW WHEN (NEW.kind = 'balance'
        AND (OLD.frozen IS DISTINCT FROM NEW.frozen OR OLD.closed IS DISTINCT FROM NEW.closed))
    EXECUTE FUNCTION graphed_tell_account();

CREATE OR REPLACE FUNCTION graphed_tell_guarantees(of_loan uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.guarantee', g.id, g.version, '{}'::uuid[], to_jsonb(g)
      FROM graph_guarantee AS g WHERE g.loan = of_loan
$$;

CREATE OR REPLACE FUNCTION graphed_tell_loan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM graphed_count(NEW.id);
    END IF;
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.loan', l.id, l.version, '{}'::uuid[], to_jsonb(l)
      FROM graph_loan AS l WHERE l.id = NEW.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER loan_tells_the_graph AFTER INSERT ON lending_loan
    FOR EACH ROW EXECUTE FUNCTION graphed_tell_loan();
CREATE OR REPLACE TRIGGER loan_tells_of_its_changes AFTER UPDATE ON lending_loan
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
        OR OLD.principal IS DISTINCT FROM NEW.principal
        OR OLD.amount IS DISTINCT FROM NEW.amount
        OR OLD.granted_on IS DISTINCT FROM NEW.granted_on)
    EXECUTE FUNCTION graphed_tell_loan();

-- A grant writes down what it uses before the loan is open, and when that was at last.
CREATE OR REPLACE FUNCTION graphed_tell_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM graphed_tell_guarantees(NEW.loan_id);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER grant_tells_the_graph AFTER INSERT ON lending_event
    FOR EACH ROW WHEN (NEW.kind = 'granted') EXECUTE FUNCTION graphed_tell_grant();

CREATE OR REPLACE FUNCTION graphed_tell_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM graphed_tell_guarantees(changed.loan_id)
       FROM (SELECT DISTINCT loan_id FROM fresh) AS changed;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER reservation_tells_the_graph AFTER INSERT ON lending_reservation
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_reservations();
CREATE OR REPLACE TRIGGER reservation_tells_of_its_changes AFTER UPDATE ON lending_reservation
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_reservations();

CREATE OR REPLACE FUNCTION graphed_device_of(signed_in jsonb) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN COALESCE(signed_in ->> 'machine', signed_in ->> 'id')::uuid;

-- Tokens and browsers are forgotten when they are signed out; that they were there is kept.
CREATE OR REPLACE FUNCTION graphed_tell_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- See graphed_tell_accounts: the trigger on accounts holds the same row FOR SHARE.
    PERFORM FROM people_person AS p WHERE p.id IN (SELECT person_id FROM fresh)
      ORDER BY p.id FOR NO KEY UPDATE;
    -- A browser is one device whoever signs in with it, where its cookie names it; a token is
    -- one of its own.
    INSERT INTO graphed_device (id, kind, program, system, created_at)
    SELECT DISTINCT ON (1) graphed_device_of(to_jsonb(f)), TG_ARGV[0], program, system, created_at
      FROM fresh AS f ORDER BY 1, created_at
    ON CONFLICT (id) DO NOTHING;
    INSERT INTO graphed_signin (id, device_id, person_id, at)
    SELECT graph_id(id::text, person_id::text), graphed_device_of(to_jsonb(f)), person_id,
           created_at
      FROM fresh AS f;
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'money', 'money.device', d.id, d.version, '{}'::uuid[], to_jsonb(d)
      FROM graph_device AS d
      WHERE d.id IN (SELECT graphed_device_of(to_jsonb(f)) FROM fresh AS f)
    UNION ALL
    SELECT 'money', 'money.sign_in', s.id, s.version, '{}'::uuid[], to_jsonb(s)
      FROM fresh AS f
      JOIN ledger_account AS account
        ON account.owner_id = f.person_id AND account.kind = 'balance'
      JOIN graph_sign_in AS s
        ON s.account = account.id
       AND s.id = graph_id(graph_id(f.id::text, f.person_id::text)::text, account.id::text);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER token_tells_the_graph AFTER INSERT ON people_token
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_devices('token');
CREATE OR REPLACE TRIGGER browser_tells_the_graph AFTER INSERT ON people_browser
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION graphed_tell_devices('session');
