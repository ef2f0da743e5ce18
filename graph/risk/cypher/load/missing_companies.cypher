// Add companies of whom a snapshot knows nothing but the id.
UNWIND $rows AS row
CREATE (node:Company {id: row.id})
RETURN count(*) AS written
