// Repayments as the graph has them, by id, from a given one on.
MATCH (account:Account)-[repaid:REPAID]->(loan:Loan)
WHERE repaid.id >= $first
RETURN repaid {.id, .version, account: account.id, loan: loan.id, .amount, .at} AS row
ORDER BY repaid.id
LIMIT $limit
