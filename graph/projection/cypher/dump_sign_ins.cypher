// Sign-ins as the graph has them, by id, from a given one on.
MATCH (device:Device)-[signed_in:SIGNED_IN]->(account:Account)
WHERE signed_in.id >= $first
RETURN signed_in {.id, .version, device: device.id, account: account.id, .at} AS row
ORDER BY signed_in.id
LIMIT $limit
