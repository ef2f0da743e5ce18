// Bring people's nodes to the given rows, unless they are newer already.
UNWIND $batch.rows AS row
MERGE (person:Person {id: row.id})
ON CREATE SET person.version = 0
WITH person, row
// The write takes the node's lock before the version is read, so two workers cannot both be the
// highest.
SET person.locked = true
REMOVE person.locked
WITH person, row
WHERE person.version < row.version
SET person = row
