// Bring what went out over banks to the given rows; it never changes.
UNWIND $batch.accounts AS account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (account:Account {id: row.account}), (channel:Account {id: row.channel})
MERGE (account)-[withdrew:WITHDREW {id: row.id}]->(channel)
SET withdrew += row {.version, .amount, .currency, .at}
