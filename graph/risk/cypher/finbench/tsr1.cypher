// When was an account opened, is it blocked, and of which type is it?
MATCH (account:Account {id: $id})
RETURN account.created_at AS createTime, account.blocked AS isBlocked, account.type AS type
