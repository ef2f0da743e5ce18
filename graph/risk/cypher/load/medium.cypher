// Add media of a snapshot.
UNWIND $rows AS row
CREATE (node:Device)
SET node = row
RETURN count(*) AS written
