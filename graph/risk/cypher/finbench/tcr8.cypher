// Where does the money of a loan go, over up to three transfers or withdrawals that are large?
MATCH (loan:Loan {id: $id})
CALL (loan) {
  MATCH (loan)-[edge:DEPOSITED]->(other:Account)
  WITH edge, other
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, other.id, edge.id
  LIMIT $truncationLimit
  WITH edge, other
  WHERE $startTime < edge.at AND edge.at < $endTime
  RETURN collect(DISTINCT other) AS zeros
}
// Whether a step is allowed hangs on its account alone, so each account is left once, from where it
// is first reached.
CALL (zeros) {
  UNWIND zeros AS source
  CALL (source) {
    MATCH (source)<-[edge:TRANSFERRED]-(:Account)
    WHERE $startTime < edge.at AND edge.at < $endTime
    RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
      sum(coalesce(edge.rest, 0)) AS cameRest
  }
  CALL (source, came, cameRest) {
    MATCH (source)-[edge:TRANSFERRED|WITHDREW]->(other:Account)
    WITH source, came, cameRest, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, came, cameRest, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND other <> source
      AND coalesce(edge.thousandths + edge.rest / 1e13, edge.amount * 1000)
        > $threshold * (came + cameRest / 1e13) * 1.00000000000001
    RETURN edge, other
  }
  RETURN collect([other, edge]) AS firstSteps
}
CALL (zeros, firstSteps) {
  UNWIND firstSteps AS step
  WITH DISTINCT zeros, step[0] AS other WHERE NOT other IN zeros
  RETURN collect(other) AS ones
}
CALL (ones) {
  UNWIND ones AS source
  CALL (source) {
    MATCH (source)<-[edge:TRANSFERRED]-(:Account)
    WHERE $startTime < edge.at AND edge.at < $endTime
    RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
      sum(coalesce(edge.rest, 0)) AS cameRest
  }
  CALL (source, came, cameRest) {
    MATCH (source)-[edge:TRANSFERRED|WITHDREW]->(other:Account)
    WITH source, came, cameRest, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, came, cameRest, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND other <> source
      AND coalesce(edge.thousandths + edge.rest / 1e13, edge.amount * 1000)
        > $threshold * (came + cameRest / 1e13) * 1.00000000000001
    RETURN edge, other
  }
  RETURN collect([other, edge]) AS secondSteps
}
CALL (zeros, ones, secondSteps) {
  UNWIND secondSteps AS step
  WITH DISTINCT zeros, ones, step[0] AS other WHERE NOT other IN zeros AND NOT other IN ones
  RETURN collect(other) AS twos
}
CALL (twos) {
  UNWIND twos AS source
  CALL (source) {
    MATCH (source)<-[edge:TRANSFERRED]-(:Account)
    WHERE $startTime < edge.at AND edge.at < $endTime
    RETURN sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
      sum(coalesce(edge.rest, 0)) AS cameRest
  }
  CALL (source, came, cameRest) {
    MATCH (source)-[edge:TRANSFERRED|WITHDREW]->(other:Account)
    WITH source, came, cameRest, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, came, cameRest, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND other <> source
      AND coalesce(edge.thousandths + edge.rest / 1e13, edge.amount * 1000)
        > $threshold * (came + cameRest / 1e13) * 1.00000000000001
    RETURN edge, other
  }
  RETURN collect([other, edge]) AS thirdSteps
}
UNWIND [2, 3, 4] AS distance
UNWIND [firstSteps, secondSteps, thirdSteps][distance - 2] AS step
WITH loan, distance, step[0] AS dst, step[1] AS edge
WITH loan, dst, min(distance) AS minDistanceFromLoan,
  sum(coalesce(edge.thousandths, edge.amount * 1000)) AS came,
  sum(coalesce(edge.rest, 0)) AS cameRest
WITH dst, minDistanceFromLoan, came, cameRest,
  coalesce(loan.amount_thousandths, loan.amount * 1000) AS lent,
  coalesce(loan.amount_rest, 0) AS lentRest
RETURN dst.id AS dstId,
  // The factor gives halves back that a quotient of floats falls short of.
  CASE WHEN lent = 0 AND lentRest = 0 THEN -1.0 ELSE
    floor((came + cameRest / 1e13) / (lent + lentRest / 1e13) * 1000.00000000001 + 0.5) / 1000
  END AS ratio,
  minDistanceFromLoan
ORDER BY minDistanceFromLoan DESC, ratio DESC, dstId
