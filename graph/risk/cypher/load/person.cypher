// Add people of a snapshot.
UNWIND $rows AS row
CREATE (node:Person)
SET node = row
RETURN count(*) AS written
