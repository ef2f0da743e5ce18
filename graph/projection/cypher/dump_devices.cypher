// Devices as the graph has them, by id, from a given one on.
MATCH (device:Device)
WHERE device.id >= $first
RETURN device {.id, .version, .type, .program, .system, .blocked, .created_at} AS row
ORDER BY device.id
LIMIT $limit
