// Every person as the graph has it, by id.
MATCH (person:Person)
RETURN person {.id, .version, .username, .tier, .created_at, .findable, .friends_seen_by} AS row
ORDER BY row.id
