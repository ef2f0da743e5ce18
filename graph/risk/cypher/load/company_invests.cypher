// Add which company invests in which, of a snapshot.
UNWIND $rows AS row
MATCH (source:Company {id: row.source}), (target:Company {id: row.target})
CREATE (source)-[:INVESTS {id: row.id, at: row.at,
  ratio: row.ratio}]->(target)
RETURN count(*) AS written
