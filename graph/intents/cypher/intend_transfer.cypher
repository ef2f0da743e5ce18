// Write down that an account is about to pay another, for so many milliseconds.
UNWIND [$payer, $payee] AS account_id
// Nobody is named where the statement is only to be compiled.
WITH account_id WHERE account_id <> '' ORDER BY account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks by id: two who pay each other queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS locked
MATCH (payer:Account {id: $payer}), (payee:Account {id: $payee})
MERGE (payer)-[intent:INTENDS {id: $id}]->(payee)
// A version above 0 says that it was posted already.
ON CREATE SET intent.version = 0, intent.live = true, intent.amount = $amount, intent.at = $at,
  intent.ends_at = timestamp() + $life
RETURN elementId(intent) AS edge
