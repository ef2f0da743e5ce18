// Bring loans and who asked for them to the given rows, unless they are newer already.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (borrower:Person {id: row.borrower})
MERGE (loan:Loan {id: row.id})
ON CREATE SET loan.version = 0
WITH borrower, loan, row
// The write takes the node's lock before the version is read.
SET loan.locked = true
REMOVE loan.locked
WITH borrower, loan, row
WHERE loan.version < row.version
SET loan += row {.version, .amount, .balance, .status, .created_at}
MERGE (borrower)-[applied:APPLIED]->(loan)
SET applied.at = row.created_at
