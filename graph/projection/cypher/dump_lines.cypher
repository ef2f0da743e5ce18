// Trust lines as the graph has them, by id, from a given one on.
MATCH (giver:Person)-[line:TRUSTS]->(receiver:Person)
WHERE line.id >= $first
RETURN line {.id, .version, giver: giver.id, receiver: receiver.id, .capacity, .reserved, .burned,
            .free, .lenders} AS row
ORDER BY line.id
LIMIT $limit
