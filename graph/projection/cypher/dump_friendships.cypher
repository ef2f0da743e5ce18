// Friendships as the graph has them, by id, from a given one on.
MATCH (low:Person)-[friendship:FRIEND]->(high:Person)
WHERE friendship.id >= $first
RETURN friendship {.id, .version, low: low.id, high: high.id, .live, .family, .since} AS row
ORDER BY friendship.id
LIMIT $limit
