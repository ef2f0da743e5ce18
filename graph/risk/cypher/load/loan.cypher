// Add loans of a snapshot.
UNWIND $rows AS row
CREATE (node:Loan)
SET node = row
RETURN count(*) AS written
