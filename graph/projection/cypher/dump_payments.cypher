// Payments as the graph has them, by id, from a given one on.
MATCH (payer:Account)-[paid:TRANSFERRED]->(payee:Account)
WHERE paid.id >= $first
RETURN paid {.id, .version, payer: payer.id, payee: payee.id, .amount, .currency, .kind, .at} AS row
ORDER BY paid.id
LIMIT $limit
