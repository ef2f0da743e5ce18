// Take away what was intended by processes that are gone: its time is over and nothing came of it.
MATCH (one)-[intent:INTENDS]->()
WHERE intent.ends_at <= timestamp()
WITH DISTINCT one ORDER BY one.id
// Who brings what was posted locks the ends as well, so that the version is read after that.
SET one.locked = true
REMOVE one.locked
WITH collect(one) AS locked
UNWIND locked AS one
MATCH (one)-[intent:INTENDS]->()
WHERE intent.ends_at <= timestamp() AND intent.version = 0
DELETE intent
RETURN count(intent) AS forgotten
