// Add accounts of a snapshot.
UNWIND $rows AS row
CREATE (node:Account)
SET node = row
RETURN count(*) AS written
