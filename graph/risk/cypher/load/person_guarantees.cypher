// Add who vouches for whom, of a snapshot.
UNWIND $rows AS row
MATCH (source:Person {id: row.source}), (target:Person {id: row.target})
CREATE (source)-[:GUARANTEES {id: row.id, at: row.at}]->(target)
RETURN count(*) AS written
