// How many sent money to an account and got money from it, and how much of it went on?
OPTIONAL MATCH (account:Account {id: $id})
CALL (account) {
  MATCH (account)<-[edge:TRANSFERRED]-(sender:Account)
  WITH edge, sender
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, sender.id, edge.id
  LIMIT $truncationLimit
  WITH edge, sender
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
  RETURN count(DISTINCT sender) AS numSrc,
    sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
    sum(coalesce(edge.rest, 0)) AS cameRest
}
CALL (account) {
  MATCH (account)-[edge:TRANSFERRED]->(receiver:Account)
  WITH edge, receiver
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, receiver.id, edge.id
  LIMIT $truncationLimit
  WITH edge, receiver
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
  RETURN count(DISTINCT receiver) AS numDst,
    sum(coalesce(edge.thousandths, edge.amount * 1000)) AS went,
    sum(coalesce(edge.rest, 0)) AS wentRest
}
RETURN numSrc, numDst,
  // The factor gives halves back that a quotient of floats falls short of.
  CASE WHEN went = 0 AND wentRest = 0 THEN -1.0 ELSE
    floor((came + cameRest / 1e13) / (went + wentRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS inOutRatio
