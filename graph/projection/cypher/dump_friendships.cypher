// Every friendship as the graph has it, by id.
MATCH (low:Person)-[friendship:FRIEND]->(high:Person)
RETURN friendship {
  .id, .version, low: low.id, high: high.id, .live, .family, .since,
  blocked: coalesce(friendship.blocked, false)
} AS row
ORDER BY row.id
