// Bring friendships to the given rows, unless they are newer already.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (low:Person {id: row.low}), (high:Person {id: row.high})
MERGE (low)-[friendship:FRIEND {id: row.id}]->(high)
ON CREATE SET friendship.version = 0
WITH friendship, row
WHERE friendship.version < row.version
SET friendship += row {.version, .live, .family, .since, .blocked}
