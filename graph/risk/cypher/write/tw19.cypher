// Block a person.
MATCH (node:Person {id: $personId})
SET node.blocked = true
RETURN true AS written
