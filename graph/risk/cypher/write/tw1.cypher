// Add a person.
OPTIONAL MATCH (known:Person {id: $personId})
WITH known WHERE known IS NULL
CREATE (:Person {id: $personId, name: $personName, blocked: $isBlocked,
  created_at: $createTime})
RETURN true AS written
