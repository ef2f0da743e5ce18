// Add people of whom a snapshot knows nothing but the id.
UNWIND $rows AS row
CREATE (node:Person {id: row.id})
RETURN count(*) AS written
