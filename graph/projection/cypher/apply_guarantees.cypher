// Bring guarantees to the given rows, unless they are newer already.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (guarantor:Person {id: row.guarantor}), (borrower:Person {id: row.borrower})
MERGE (guarantor)-[guarantee:GUARANTEES {id: row.id}]->(borrower)
ON CREATE SET guarantee.version = 0
WITH guarantee, row
WHERE guarantee.version < row.version
SET guarantee += row {.version, .loan, .amount, .live, .at}
