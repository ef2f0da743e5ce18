// Guarantees as the graph has them, by id, from a given one on.
MATCH (guarantor:Person)-[guarantee:GUARANTEES]->(borrower:Person)
WHERE guarantee.id >= $first
RETURN guarantee {.id, .version, guarantor: guarantor.id, borrower: borrower.id, .loan, .amount,
                 .live, .at} AS row
ORDER BY guarantee.id
LIMIT $limit
