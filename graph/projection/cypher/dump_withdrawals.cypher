// Withdrawals as the graph has them, by id, from a given one on.
MATCH (account:Account)-[withdrew:WITHDREW]->(channel:Account)
WHERE withdrew.id >= $first
RETURN withdrew {.id, .version, account: account.id, channel: channel.id, .amount, .currency,
                .at} AS row
ORDER BY withdrew.id
LIMIT $limit
