// Add companies of a snapshot.
UNWIND $rows AS row
CREATE (node:Company)
SET node = row
RETURN count(*) AS written
