// Add which company vouches for which, of a snapshot.
UNWIND $rows AS row
MATCH (source:Company {id: row.source}), (target:Company {id: row.target})
CREATE (source)-[:GUARANTEES {id: row.id, at: row.at}]->(target)
RETURN count(*) AS written
