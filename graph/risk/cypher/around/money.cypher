// When did money go into and out of an account, or of all that a person owns, the latest first?
CALL () {
  MATCH (account:Account {id: $id}) RETURN account
  UNION MATCH (:Person {id: $id})-[:OWNS]->(account:Account) RETURN account
}
MATCH (account)-[moved:TRANSFERRED|WITHDREW]-(other:Account)
WHERE $startTime < moved.at AND moved.at < $endTime
RETURN moved.at AS at, startNode(moved) = account AS isOut, moved.amount AS amount,
  coalesce(moved.currency, '') AS currency, coalesce(moved.kind, 'withdrawal') AS kind,
  account.id AS accountId, other.id AS otherId
ORDER BY at DESC, accountId, otherId, isOut, amount
LIMIT $most
