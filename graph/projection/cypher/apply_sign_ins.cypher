// Bring sign-ins to the given rows; they never change.
UNWIND $batch.accounts AS account_id
MERGE (account:Account {id: account_id})
ON CREATE SET account.version = 0
// Locks in the order of the list, which is sorted: two workers queue instead of crossing.
SET account.locked = true
REMOVE account.locked
WITH count(*) AS first
UNWIND $batch.devices AS device_id
MERGE (device:Device {id: device_id})
ON CREATE SET device.version = 0
SET device.locked = true
REMOVE device.locked
WITH count(*) AS locked
UNWIND $batch.rows AS row
MATCH (device:Device {id: row.device}), (account:Account {id: row.account})
MERGE (device)-[signed_in:SIGNED_IN {id: row.id}]->(account)
SET signed_in += row {.version, .at}
