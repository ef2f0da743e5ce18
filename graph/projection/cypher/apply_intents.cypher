// Bring posted intents to the given rows, unless they are newer; a paid one becomes its transfer.
UNWIND $batch.accounts AS account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (payer:Account {id: row.payer}), (payee:Account {id: row.payee})
MERGE (payer)-[intent:INTENDS {id: row.id}]->(payee)
ON CREATE SET intent.version = 0
WITH payer, payee, intent, row
WHERE intent.version < row.version
SET intent += row {.version, .amount, .currency, .at, .live, .paid, .paid_at, .kind}
// Posted, it lives as long as its row says.
REMOVE intent.ends_at
WITH payer, payee, row
WHERE row.paid IS NOT NULL
// In the transaction that ends the intent; the transfer's own event makes the same edge.
MERGE (payer)-[paid:TRANSFERRED {id: row.paid}]->(payee)
SET paid += {version: 1, amount: row.amount, currency: row.currency, kind: row.kind,
  at: row.paid_at}
