// Which share of all transfers into an account is large, of a window and from blocked accounts?
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
  RETURN count(edge) AS every, count(CASE
    WHEN $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
      AND sender.blocked THEN edge
    END) AS blocked
}
RETURN CASE every
  WHEN 0 THEN -1.0
  // Whole numbers round half up exactly.
  ELSE (2000 * blocked + every) / (2 * every) / 1000.0
END AS blockRatio
