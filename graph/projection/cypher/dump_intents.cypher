// Posted intents as the graph has them, by id, from a given one on.
MATCH (payer:Account)-[intent:INTENDS]->(payee:Account)
WHERE intent.id >= $first AND intent.version <> 0
RETURN intent {.id, .version, payer: payer.id, payee: payee.id, .amount, .currency, .at, .live,
               .paid, .paid_at, .kind} AS row
ORDER BY intent.id
LIMIT $limit
