// Bring accounts and whose they are to the given rows, unless they are newer already.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (owner:Person {id: row.owner})
MERGE (account:Account {id: row.id})
ON CREATE SET account.version = 0
WITH owner, account, row
// The write takes the node's lock before the version is read.
SET account.locked = true
REMOVE account.locked
WITH owner, account, row
WHERE account.version < row.version
SET account += row {.version, .type, .currency, .blocked, .closed, .created_at}
MERGE (owner)-[owns:OWNS]->(account)
SET owns.at = row.created_at
