// Add who invests in a company, of a snapshot.
UNWIND $rows AS row
MATCH (source:Person {id: row.source}), (target:Company {id: row.target})
CREATE (source)-[:INVESTS {id: row.id, at: row.at,
  ratio: row.ratio}]->(target)
RETURN count(*) AS written
