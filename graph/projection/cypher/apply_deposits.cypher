// Bring what loans paid out to the given rows; it never changes.
UNWIND $batch.accounts AS account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS first
UNWIND $batch.loans AS loan_id
MERGE (loan:Loan {id: loan_id})
ON CREATE SET loan.version = 0
SET loan.locked = true
REMOVE loan.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (loan:Loan {id: row.loan}), (account:Account {id: row.account})
MERGE (loan)-[deposited:DEPOSITED {id: row.id}]->(account)
SET deposited += row {.version, .amount, .at}
