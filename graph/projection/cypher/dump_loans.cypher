// Loans as the graph has them, by id, from a given one on.
MATCH (borrower:Person)-[applied:APPLIED]->(loan:Loan)
WHERE loan.id >= $first
RETURN loan {.id, .version, borrower: borrower.id, .amount, .balance, .status,
            created_at: CASE applied.at WHEN loan.created_at THEN applied.at END} AS row
ORDER BY loan.id
LIMIT $limit
