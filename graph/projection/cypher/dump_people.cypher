// People as the graph has them, by id, from a given one on; who came before there were switches has
// the defaults.
MATCH (person:Person)
WHERE person.id >= $first
RETURN person {
  .id, .version, .username, .tier, .blocked, .created_at,
  findable: coalesce(person.findable, true),
  friends_seen_by: coalesce(person.friends_seen_by, 'everybody')
} AS row
ORDER BY person.id
LIMIT $limit
