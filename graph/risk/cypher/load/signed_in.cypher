// Add from which medium an account was used, of a snapshot.
UNWIND $rows AS row
MATCH (source:Device {id: row.source}), (target:Account {id: row.target})
CREATE (source)-[:SIGNED_IN {id: row.id, at: row.at}]->(target)
RETURN count(*) AS written
