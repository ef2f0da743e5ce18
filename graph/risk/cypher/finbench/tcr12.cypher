// How much did a person pay into the accounts of companies?
MATCH (:Person {id: $id})-[:OWNS]->(own:Account)
WITH DISTINCT own
CALL (own) {
  MATCH (own)-[edge:TRANSFERRED]->(account:Account)
  WITH edge, account
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, account.id, edge.id
  LIMIT $truncationLimit
  WITH edge, account
  WHERE $startTime < edge.at AND edge.at < $endTime AND EXISTS { (account)<-[:OWNS]-(:Company) }
  RETURN edge, account
}
WITH account, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS paid,
  sum(coalesce(edge.rest, 0)) AS paidRest
RETURN account.id AS compAccountId,
  (paid + (paidRest + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge2Amount
ORDER BY sumEdge2Amount DESC, compAccountId
