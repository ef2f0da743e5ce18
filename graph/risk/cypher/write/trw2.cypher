// Is the in/out ratio of one of two accounts too high, with a new transfer between them?
MATCH (account:Account) WHERE account.id IN [$srcId, $dstId]
CALL (account) {
  MATCH (account)<-[edge:TRANSFERRED|INTENDS]-(other:Account)
  // What comes over a bank is the person's own. The new edge takes part whatever its own time.
  WHERE NOT other:Channel
    AND (elementId(edge) = $edge OR $startTime < edge.at AND edge.at < $endTime)
    AND edge.amount > $amountThreshold
    AND coalesce(edge.live, true) AND coalesce(edge.ends_at > timestamp(), true)
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
    sum(coalesce(edge.rest, 0)) AS cameRest
}
CALL (account) {
  MATCH (account)-[edge:TRANSFERRED|INTENDS]->(:Account)
  WHERE (elementId(edge) = $edge OR $startTime < edge.at AND edge.at < $endTime)
    AND edge.amount > $amountThreshold
    AND coalesce(edge.live, true) AND coalesce(edge.ends_at > timestamp(), true)
  RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS went,
    sum(coalesce(edge.rest, 0)) AS wentRest
}
WITH account, CASE WHEN went = 0 AND wentRest = 0 THEN -1.0 ELSE
    floor((came + cameRest / 1e13) / (went + wentRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS ratio
RETURN count(CASE WHEN ratio <> -1.0 AND ratio > $ratioThreshold THEN 1 END) > 0 AS hit,
  collect([account.id, ratio]) AS ratios
