// Whose loans may have reached a person over up to three transfers in ascending time?
OPTIONAL MATCH (:Person {id: $id})-[:OWNS]->(own:Account)
WITH DISTINCT own WHERE own IS NOT NULL
// Of each account at each distance the latest departure: what leads to an earlier one leads to it
// too.
WITH collect([own, $endTime]) AS zeros
CALL (zeros) {
  UNWIND zeros AS reached
  WITH reached[0] AS target, reached[1] AS until
  CALL (target, until) {
    MATCH (target)<-[edge:TRANSFERRED]-(other:Account)
    WITH target, until, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH target, until, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND edge.at < until AND other <> target
    RETURN other, edge.at AS at
  }
  WITH other, max(at) AS at
  RETURN collect([other, at]) AS ones
}
CALL (ones) {
  UNWIND ones AS reached
  WITH reached[0] AS target, reached[1] AS until
  CALL (target, until) {
    MATCH (target)<-[edge:TRANSFERRED]-(other:Account)
    WITH target, until, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH target, until, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND edge.at < until AND other <> target
    RETURN other, edge.at AS at
  }
  WITH other, max(at) AS at
  RETURN collect([other, at]) AS twos
}
CALL (twos) {
  UNWIND twos AS reached
  WITH reached[0] AS target, reached[1] AS until
  CALL (target, until) {
    MATCH (target)<-[edge:TRANSFERRED]-(other:Account)
    WITH target, until, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH target, until, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND edge.at < until AND other <> target
    RETURN other, edge.at AS at
  }
  WITH other, max(at) AS at
  RETURN collect([other, at]) AS threes
}
UNWIND ones + twos + threes AS reached
WITH DISTINCT reached[0] AS other
CALL (other) {
  MATCH (other)<-[edge:DEPOSITED]-(loan:Loan)
  WITH edge, loan
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, loan.id, edge.id
  LIMIT $truncationLimit
  WITH edge, loan
  WHERE $startTime < edge.at AND edge.at < $endTime
  WITH DISTINCT loan
  RETURN count(loan) AS loans,
    sum(coalesce(loan.amount_thousandths, loan.amount * 1000)) AS amount,
    sum(coalesce(loan.amount_rest, 0)) AS amountRest,
    sum(coalesce(loan.balance_thousandths, loan.balance * 1000)) AS balance,
    sum(coalesce(loan.balance_rest, 0)) AS balanceRest
}
WITH other, amount, amountRest, balance, balanceRest WHERE loans > 0
RETURN other.id AS otherId,
  (amount + (amountRest + 5000000000000) / 10000000000000) / 1000.0 AS sumLoanAmount,
  (balance + (balanceRest + 5000000000000) / 10000000000000) / 1000.0 AS sumLoanBalance
ORDER BY sumLoanAmount DESC, otherId
