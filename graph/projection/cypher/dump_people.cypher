// Every person as the graph has it, by id; who came before there were switches has the defaults.
MATCH (person:Person)
RETURN person {
  .id, .version, .username, .tier, .created_at,
  findable: coalesce(person.findable, true),
  friends_seen_by: coalesce(person.friends_seen_by, 'everybody')
} AS row
ORDER BY row.id
