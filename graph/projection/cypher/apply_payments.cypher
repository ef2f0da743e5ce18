// Bring payments between people to the given rows; a payment never changes once it happened.
UNWIND $people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $rows AS row
MATCH (payer:Person {id: row.payer}), (payee:Person {id: row.payee})
MERGE (payer)-[paid:PAID {id: row.id}]->(payee)
SET paid += row {.version, .amount, .currency, .kind, .at}
