// How do a loan's deposits, its repayments and the transfers of an account compare?
OPTIONAL MATCH (account:Account {id: $id})
CALL (account) {
  MATCH (account)<-[edge:DEPOSITED]-(other:Loan)
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
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS lent,
    sum(coalesce(edge.rest, 0)) AS lentRest
}
CALL (account) {
  MATCH (account)-[edge:REPAID]->(other:Loan)
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
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS repaid,
    sum(coalesce(edge.rest, 0)) AS repaidRest
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
  WITH edge, other
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
    sum(coalesce(edge.rest, 0)) AS cameRest
}
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
  WITH edge, other
  WHERE $startTime < edge.at AND edge.at < $endTime AND edge.amount > $threshold
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS went,
    sum(coalesce(edge.rest, 0)) AS wentRest
}
// The factor gives halves back that a quotient of floats falls short of.
RETURN
  CASE WHEN repaid = 0 AND repaidRest = 0 THEN -1.0 ELSE
    floor((lent + lentRest / 1e13) / (repaid + repaidRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS ratioRepay,
  CASE WHEN went = 0 AND wentRest = 0 THEN -1.0 ELSE
    floor((lent + lentRest / 1e13) / (went + wentRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS ratioDeposit,
  CASE WHEN went = 0 AND wentRest = 0 THEN -1.0 ELSE
    floor((came + cameRest / 1e13) / (went + wentRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS ratioTransfer
