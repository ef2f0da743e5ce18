// People as the graph has them, by id, from a given one on.
MATCH (person:Person)
WHERE person.id >= $first
RETURN person {.id, .version, .username, .tier, .blocked, .created_at} AS row
ORDER BY person.id
LIMIT $limit
