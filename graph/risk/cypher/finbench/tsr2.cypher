// How much was transferred out of an account and into it, at most and how often?
OPTIONAL MATCH (account:Account {id: $id})
CALL (account) {
  MATCH (account)-[edge:TRANSFERRED]->(other:Account)
  WITH edge, other
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, other.id, edge.id
  LIMIT $truncationLimit
  WITH edge
  WHERE $startTime < edge.at AND edge.at < $endTime
  RETURN count(edge) AS numEdge1, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sumEdge1,
    sum(coalesce(edge.rest, 0)) AS restEdge1, max(coalesce(edge.thousandths, edge.amount * 1000)
    + (coalesce(edge.rest, 0) + 5000000000000) / 10000000000000) AS maxEdge1
}
CALL (account) {
  MATCH (account)<-[edge:TRANSFERRED]-(other:Account)
  WITH edge, other
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, other.id, edge.id
  LIMIT $truncationLimit
  WITH edge
  WHERE $startTime < edge.at AND edge.at < $endTime
  RETURN count(edge) AS numEdge2, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sumEdge2,
    sum(coalesce(edge.rest, 0)) AS restEdge2, max(coalesce(edge.thousandths, edge.amount * 1000)
    + (coalesce(edge.rest, 0) + 5000000000000) / 10000000000000) AS maxEdge2
}
RETURN (sumEdge1 + (restEdge1 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge1Amount,
  coalesce(maxEdge1 / 1000.0, -1.0) AS maxEdge1Amount, numEdge1,
  (sumEdge2 + (restEdge2 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge2Amount,
  coalesce(maxEdge2 / 1000.0, -1.0) AS maxEdge2Amount, numEdge2
