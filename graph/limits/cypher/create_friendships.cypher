// Make friendships that the graph does not have yet; refused when it has one of them.
UNWIND $rows AS row
MATCH (low:Person {id: row.low}), (high:Person {id: row.high})
CREATE (low)-[friendship:FRIEND]->(high)
SET friendship = row {.id, .version, .live, .family, .since, .blocked}
RETURN count(*) AS made
