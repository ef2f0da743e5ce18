// Bring payments between accounts to the given rows; one never changes once it happened.
UNWIND $batch.accounts AS account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (payer:Account {id: row.payer}), (payee:Account {id: row.payee})
MERGE (payer)-[paid:TRANSFERRED {id: row.id}]->(payee)
SET paid += row {.version, .amount, .currency, .kind, .at}
