// Bring the nodes of what people sign in by to the given rows; they never change.
UNWIND $batch.rows AS row
MERGE (device:Device {id: row.id})
SET device = row
