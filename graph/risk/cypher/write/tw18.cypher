// Block an account.
MATCH (node:Account {id: $accountId})
SET node.blocked = true
RETURN true AS written
