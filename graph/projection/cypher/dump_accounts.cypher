// Accounts as the graph has them, by id, from a given one on.
MATCH (owner:Person)-[owns:OWNS]->(account:Account)
WHERE account.id >= $first
RETURN account {.id, .version, owner: owner.id, .type, .currency, .blocked, .closed,
               created_at: CASE owns.at WHEN account.created_at THEN owns.at END} AS row
ORDER BY account.id
LIMIT $limit
