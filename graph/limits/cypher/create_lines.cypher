// Make trust lines that the graph does not have yet; refused when it has one of them.
UNWIND $rows AS row
MATCH (giver:Person {id: row.giver}), (receiver:Person {id: row.receiver})
CREATE (giver)-[line:TRUSTS]->(receiver)
SET line = row {.id, .version, .capacity, .reserved, .burned, .free, .lenders}
RETURN count(*) AS made
