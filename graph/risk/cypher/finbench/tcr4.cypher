// Which accounts close a cycle of three with a transfer from one account to another?
MATCH (src:Account {id: $id1}), (dst:Account {id: $id2})
CALL (src, dst) {
  MATCH (src)-[edge:TRANSFERRED]->(other)
  WITH src, dst, edge, other
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, other.id, edge.id
  LIMIT $truncationLimit
  WITH edge
  WHERE $startTime < edge.at AND edge.at < $endTime AND other = dst AND src <> dst
  RETURN count(edge) AS closing
}
WITH src, dst WHERE closing > 0
// Each side is summed apart, never over the product of both.
CALL (src, dst) {
  MATCH (src)<-[edge:TRANSFERRED]-(other:Account)
  WITH src, dst, edge, other
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, other.id, edge.id
  LIMIT $truncationLimit
  WITH src, dst, edge, other
  WHERE $startTime < edge.at AND edge.at < $endTime AND other <> src AND other <> dst
  RETURN other, count(edge) AS numEdge2,
    sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sum2,
    sum(coalesce(edge.rest, 0)) AS rest2, max(coalesce(edge.thousandths, edge.amount * 1000)
    + (coalesce(edge.rest, 0) + 5000000000000) / 10000000000000) AS max2
}
CALL (src, dst) {
  MATCH (dst)-[edge:TRANSFERRED]->(receiver:Account)
  WITH src, dst, edge, receiver
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, receiver.id, edge.id
  LIMIT $truncationLimit
  WITH src, dst, edge, receiver
  WHERE $startTime < edge.at AND edge.at < $endTime AND receiver <> src AND receiver <> dst
  RETURN receiver, count(edge) AS numEdge3,
    sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sum3,
    sum(coalesce(edge.rest, 0)) AS rest3, max(coalesce(edge.thousandths, edge.amount * 1000)
    + (coalesce(edge.rest, 0) + 5000000000000) / 10000000000000) AS max3
}
WITH * WHERE receiver = other
RETURN other.id AS otherId, numEdge2,
  (sum2 + (rest2 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge2Amount,
  max2 / 1000.0 AS maxEdge2Amount, numEdge3,
  (sum3 + (rest3 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge3Amount,
  max3 / 1000.0 AS maxEdge3Amount
ORDER BY sumEdge2Amount DESC, sumEdge3Amount DESC, otherId
