// From whom did large transfers into an account come, and how much?
MATCH (:Account {id: $id})<-[edge:TRANSFERRED]-(other:Account)
WITH edge, other
ORDER BY CASE $truncationOrder
  WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
  WHEN 'AMOUNT_ASCENDING' THEN edge.amount
  WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
  ELSE -edge.at
END, other.id, edge.id
LIMIT $truncationLimit
WITH edge, other
WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
WITH other, count(edge) AS numEdges, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sum,
  sum(coalesce(edge.rest, 0)) AS rest
RETURN other.id AS srcId, numEdges,
  (sum + (rest + 5000000000000) / 10000000000000) / 1000.0 AS sumAmount
ORDER BY sumAmount DESC, srcId
