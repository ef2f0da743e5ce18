// Bring trust lines to the given rows, unless they are newer already.
UNWIND $batch.people AS person_id
MERGE (person:Person {id: person_id})
ON CREATE SET person.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET person.locked = true
REMOVE person.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (giver:Person {id: row.giver}), (receiver:Person {id: row.receiver})
MERGE (giver)-[line:TRUSTS {id: row.id}]->(receiver)
ON CREATE SET line.version = 0
WITH line, row
WHERE line.version < row.version
SET line += row {.version, .capacity, .reserved, .burned, .free, .lenders}
