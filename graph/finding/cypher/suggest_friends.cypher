// Who has most friends in common with this person and is not a friend yet? Some of the mutual ones
// are named. A friendship counts where both of its people let this person see it.
MATCH (person:Person {id: $person_id})-[first:FRIEND]-(mutual:Person)
WHERE first.live AND coalesce(mutual.friends_seen_by, 'everybody') <> 'nobody'
MATCH (mutual)-[second:FRIEND]-(other:Person)
WHERE second.live AND other <> person
  AND coalesce(other.findable, true) AND coalesce(other.friends_seen_by, 'everybody') = 'everybody'
// Who knows people that know very many is not worth minutes.
WITH person, mutual, other
LIMIT $most
WITH person, other, mutual.id AS mutual_id
ORDER BY mutual_id
WITH person, other, collect(mutual_id) AS mutual
WHERE NOT other.id IN $hidden
  AND NOT EXISTS { MATCH (person)-[known:FRIEND]-(other) WHERE known.live }
RETURN other.id AS person_id, mutual[..$shown] AS mutual, size(mutual) AS count
ORDER BY count DESC, person_id
LIMIT $limit
