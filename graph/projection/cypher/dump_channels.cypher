// Bank channels' accounts as the graph has them, by id, from a given one on.
MATCH (channel:Account)
WHERE channel.id >= $first AND channel:Channel
RETURN channel {.id, .version, .type, .name, .currency, .created_at} AS row
ORDER BY channel.id
LIMIT $limit
