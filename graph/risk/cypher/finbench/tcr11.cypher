// How much did all those borrow for whom a person vouches, and those for whom they vouch in turn?
OPTIONAL MATCH (person:Person {id: $id})
CALL (person) {
  // One way to each is enough: of all ways there may be more than anybody can walk.
  MATCH SHORTEST 1 (person)((giver:Person)-[edge:GUARANTEES]->(taker:Person)
    WHERE $startTime < edge.at AND edge.at < $endTime
    AND ($truncationLimit = 2147483647 OR edge IN COLLECT {
      MATCH (giver)-[seen:GUARANTEES]->(another)
      RETURN seen
      ORDER BY CASE $truncationOrder
        WHEN 'TIMESTAMP_ASCENDING' THEN seen.at
        WHEN 'AMOUNT_ASCENDING' THEN seen.amount
        WHEN 'AMOUNT_DESCENDING' THEN -seen.amount
        ELSE -seen.at
      END, another.id, seen.id
      LIMIT $truncationLimit
    }))+(other:Person)
  WITH DISTINCT person, other WHERE other <> person
  MATCH (other)-[:APPLIED]->(loan:Loan)
  WITH DISTINCT loan
  RETURN count(loan) AS numLoans,
    sum(coalesce(loan.amount_thousandths, loan.amount * 1000)) AS amount,
    sum(coalesce(loan.amount_rest, 0)) AS rest
}
RETURN (amount + (rest + 5000000000000) / 10000000000000) / 1000.0 AS sumLoanAmount, numLoans
