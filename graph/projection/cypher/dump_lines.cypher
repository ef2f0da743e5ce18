// Every trust line as the graph has it, by id.
MATCH (giver:Person)-[line:TRUSTS]->(receiver:Person)
RETURN line {.id, .version, giver: giver.id, receiver: receiver.id, .capacity, .reserved, .burned,
             .free, .lenders} AS row
ORDER BY row.id
