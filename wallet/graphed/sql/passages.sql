-- What was gated and posts at once is written down once it was posted, and the graph has it as an
-- intent from before: its row says at once by which transfer it was paid. It comes on the lane of
-- intents, and does not wait behind the payments, of which it is one.
CREATE OR REPLACE VIEW graph_intent AS
SELECT t.id, CASE WHEN t.status = 'pending' THEN 1 ELSE 2 END::bigint AS version,
       hold.debit_account_id AS payer, hold.credit_account_id AS payee, t.amount,
       t.currency::text AS currency, graph_milliseconds(t.at) AS at, t.status = 'pending' AS live,
       paid.id AS paid, graph_milliseconds(paid.at) AS paid_at, paid.code AS kind
FROM transfers_transfer AS t
JOIN ledger_transfer AS hold ON hold.id = t.hold_id
LEFT JOIN ledger_transfer AS paid ON paid.pending_id = t.hold_id AND paid.action = 'post'
WHERE t.gated
UNION ALL
SELECT paid.id, 2::bigint, paid.debit_account_id, paid.credit_account_id, paid.amount,
       paid.currency::text, graph_milliseconds(paid.at), false, paid.id,
       graph_milliseconds(paid.at), paid.code
FROM gates_passage AS passage JOIN ledger_transfer AS paid ON paid.id = passage.id;

CREATE OR REPLACE TRIGGER passage_tells_of_its_intent AFTER INSERT ON gates_passage
    FOR EACH ROW EXECUTE FUNCTION graphed_tell_intent();
