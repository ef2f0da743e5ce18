// Which accounts gathered more than three transfers and withdrew to this card?
MATCH (card:Account {id: $id})
WHERE card.type CONTAINS 'card'
CALL (card) {
  MATCH (card)<-[edge:WITHDREW]-(mid:Account)
  WITH card, edge, mid
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, mid.id, edge.id
  LIMIT $truncationLimit
  WITH card, edge, mid
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold2 AND mid <> card
  RETURN mid, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sum2,
    sum(coalesce(edge.rest, 0)) AS rest2
}
CALL (mid) {
  MATCH (mid)<-[edge:TRANSFERRED]-(sender:Account)
  WITH mid, edge, sender
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, sender.id, edge.id
  LIMIT $truncationLimit
  WITH mid, edge, sender
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold1 AND sender <> mid
  RETURN count(edge) AS transfers, sum(coalesce(edge.thousandths, edge.amount * 1000)) AS sum1,
    sum(coalesce(edge.rest, 0)) AS rest1
}
WITH * WHERE transfers > 3
RETURN mid.id AS midId,
  (sum1 + (rest1 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge1Amount,
  (sum2 + (rest2 + 5000000000000) / 10000000000000) / 1000.0 AS sumEdge2Amount
ORDER BY sumEdge2Amount DESC, midId
