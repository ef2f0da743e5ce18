// Add an account that a person owns.
MATCH (owner:Person {id: $personId})
WHERE NOT EXISTS { MATCH (:Account {id: $accountId}) }
CREATE (owner)-[:OWNS {id: $place, at: $time}]->(:Account {
  id: $accountId, type: $accountType, blocked: $accountBlocked, created_at: $createTime
})
RETURN true AS written
