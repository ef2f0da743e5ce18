// Add a company.
OPTIONAL MATCH (known:Company {id: $companyId})
WITH known WHERE known IS NULL
CREATE (:Company {id: $companyId, name: $companyName, blocked: $isBlocked,
  created_at: $createTime})
RETURN true AS written
