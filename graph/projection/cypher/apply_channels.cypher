// Bring the accounts of bank channels to the given rows; they never change.
UNWIND $batch.rows AS row
MERGE (channel:Account {id: row.id})
SET channel = row, channel:Channel
