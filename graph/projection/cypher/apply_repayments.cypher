// Bring what was repaid of loans to the given rows; it never changes.
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
MATCH (account:Account {id: row.account}), (loan:Loan {id: row.loan})
MERGE (account)-[repaid:REPAID {id: row.id}]->(loan)
SET repaid += row {.version, .amount, .at}
