// Which blocked accounts got money from somebody who also sent some to this account?
MATCH (account:Account {id: $id})
CALL (account) {
  MATCH (account)<-[edge:TRANSFERRED]-(sender:Account)
  WITH account, edge, sender
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, sender.id, edge.id
  LIMIT $truncationLimit
  WITH account, edge, sender
  WHERE $startTime < edge.at AND edge.at < $endTime AND sender <> account
  RETURN DISTINCT sender
}
CALL (account, sender) {
  MATCH (sender)-[edge:TRANSFERRED]->(dst:Account)
  WITH account, sender, edge, dst
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, dst.id, edge.id
  LIMIT $truncationLimit
  WITH account, sender, edge, dst
  WHERE $startTime < edge.at AND edge.at < $endTime
    AND dst.blocked AND dst <> account AND dst <> sender
  RETURN dst
}
RETURN DISTINCT dst.id AS dstId
ORDER BY dstId
