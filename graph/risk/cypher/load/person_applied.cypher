// Add who applied for a loan, of a snapshot.
UNWIND $rows AS row
MATCH (source:Person {id: row.source}), (target:Loan {id: row.target})
CREATE (source)-[:APPLIED {id: row.id, at: row.at}]->(target)
RETURN count(*) AS written
