// Every payment as the graph has it, by id.
MATCH (payer:Person)-[paid:PAID]->(payee:Person)
RETURN paid {.id, .version, payer: payer.id, payee: payee.id, .amount, .currency, .kind, .at} AS row
ORDER BY row.id
