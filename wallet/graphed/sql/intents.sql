-- A transfer that was gated stands in the graph as an intent from before it was posted. While it is
-- pending the intent lives; once it was paid the row says by which transfer. See Note [Intents] in
-- graph/intents/services.py.
CREATE OR REPLACE VIEW graph_intent AS
SELECT t.id, CASE WHEN t.status = 'pending' THEN 1 ELSE 2 END::bigint AS version,
       hold.debit_account_id AS payer, hold.credit_account_id AS payee, t.amount,
       t.currency::text AS currency, graph_milliseconds(t.at) AS at, t.status = 'pending' AS live,
       paid.id AS paid, graph_milliseconds(paid.at) AS paid_at, paid.code AS kind
FROM transfers_transfer AS t
JOIN ledger_transfer AS hold ON hold.id = t.hold_id
LEFT JOIN ledger_transfer AS paid ON paid.pending_id = t.hold_id AND paid.action = 'post'
WHERE t.gated;

-- See Note [Told by the tables]. Those that were not gated pass without a function being called.
CREATE OR REPLACE FUNCTION graphed_tell_intent() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT 'intents', 'intents.intent', i.id, i.version, '{}'::uuid[], to_jsonb(i)
      FROM graph_intent AS i WHERE i.id = NEW.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER transfer_tells_of_its_intent AFTER INSERT ON transfers_transfer
    FOR EACH ROW WHEN (NEW.gated) EXECUTE FUNCTION graphed_tell_intent();
CREATE OR REPLACE TRIGGER transfer_tells_what_became_of_its_intent
    AFTER UPDATE ON transfers_transfer
    FOR EACH ROW WHEN (NEW.gated AND OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION graphed_tell_intent();
