// Who has most friends in common with this person and is not a friend yet? Some of the mutual ones
// are named.
MATCH (person:Person {id: $person_id})-[first:FRIEND]-(mutual:Person)
WHERE first.live
MATCH (mutual)-[second:FRIEND]-(other:Person)
WHERE second.live AND other <> person AND NOT other.id IN $hidden
  AND NOT EXISTS { MATCH (person)-[known:FRIEND]-(other) WHERE known.live }
WITH other.id AS person_id, mutual.id AS mutual_id
ORDER BY mutual_id
WITH person_id, collect(mutual_id) AS mutual
RETURN person_id, mutual[..$shown] AS mutual
ORDER BY size(mutual) DESC, person_id
LIMIT $limit
