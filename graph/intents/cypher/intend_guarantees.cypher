// Write down that people are about to stand behind a borrower, for so many milliseconds.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two writers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (guarantor:Person {id: row.guarantor}), (borrower:Person {id: $borrower})
MERGE (guarantor)-[intent:INTENDS {id: row.id}]->(borrower)
ON CREATE SET intent.version = 0, intent.live = true, intent.loan = $loan,
  intent.amount = $amount, intent.at = $at, intent.ends_at = timestamp() + $life
