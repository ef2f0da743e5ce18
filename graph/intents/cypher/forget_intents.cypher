// Take intents back of which nothing came.
UNWIND $batch.ids AS id
MATCH (one)-[:INTENDS {id: id}]->()
WITH DISTINCT one ORDER BY one.id
// Who brings what was posted locks the ends as well, so that the version is read after that.
SET one.locked = true
REMOVE one.locked
WITH count(*) AS locked
UNWIND $batch.ids AS id
MATCH ()-[intent:INTENDS {id: id}]->()
WHERE intent.version = 0
DELETE intent
