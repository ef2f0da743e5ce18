-- What was gated and posts at once is written down once it was posted, and the graph has it as an
-- intent from before: its row says at once by which transfer it was paid. It comes on the lane of
-- intents, and does not wait behind the payments, of which it is one.
ALTER VIEW graph_intent RENAME TO graph_intent_of_transfer;
CREATE VIEW graph_intent AS
SELECT * FROM graph_intent_of_transfer
UNION ALL
SELECT paid.id, 2::bigint, paid.debit_account_id, paid.credit_account_id, paid.amount,
       paid.currency::text, graph_milliseconds(paid.at), false, paid.id,
       graph_milliseconds(paid.at), paid.code
FROM gates_passage AS passage JOIN ledger_transfer AS paid ON paid.id = passage.id;

CREATE OR REPLACE TRIGGER passage_tells_of_its_intent AFTER INSERT ON gates_passage
    FOR EACH ROW EXECUTE FUNCTION graphed_tell_intent();
