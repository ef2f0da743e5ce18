// Every person as the graph has it, by id.
MATCH (person:Person)
RETURN person {.id, .version, .username, .tier, .created_at} AS row
ORDER BY row.id
