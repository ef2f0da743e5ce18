// What loans paid out as the graph has them, by id, from a given one on.
MATCH (loan:Loan)-[deposited:DEPOSITED]->(account:Account)
WHERE deposited.id >= $first
RETURN deposited {.id, .version, loan: loan.id, account: account.id, .amount, .at} AS row
ORDER BY deposited.id
LIMIT $limit
