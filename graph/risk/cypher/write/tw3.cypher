// Add a medium.
OPTIONAL MATCH (known:Device {id: $mediumId})
WITH known WHERE known IS NULL
CREATE (:Device {id: $mediumId, type: $mediumType, blocked: $isBlocked,
  created_at: $createTime})
RETURN true AS written
