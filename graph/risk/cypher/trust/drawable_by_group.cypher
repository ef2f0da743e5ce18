// Which trust lines from outside could a group of people draw, and how much is free on each?
WITH [one IN split($people, ',') | trim(one)] AS group
MATCH (giver:Person)-[line:TRUSTS]->(receiver:Person)
WHERE receiver.id IN group AND NOT giver.id IN group AND line.free > 0
RETURN giver.id AS giverId, receiver.id AS receiverId, line.free AS free
ORDER BY free DESC, giverId, receiverId
