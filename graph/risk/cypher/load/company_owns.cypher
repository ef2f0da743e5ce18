// Add which company owns an account, of a snapshot.
UNWIND $rows AS row
MATCH (source:Company {id: row.source}), (target:Account {id: row.target})
CREATE (source)-[:OWNS {id: row.id, at: row.at}]->(target)
RETURN count(*) AS written
