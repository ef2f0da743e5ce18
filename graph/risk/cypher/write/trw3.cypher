// Do those carry too large loans for whom a person vouches, with a new guarantee and in turn?
MATCH (person:Person {id: $srcId})
CALL (person) {
  MATCH SHORTEST 1 (person)((:Person)-[edge:GUARANTEES]->(:Person)
    // The new edge takes part whatever its own time.
    WHERE elementId(edge) = $edge OR $startTime < edge.at AND edge.at < $endTime)+(other:Person)
  WITH DISTINCT person, other WHERE other <> person
  MATCH (other)-[:APPLIED]->(loan:Loan)
  WITH DISTINCT loan
  RETURN sum(coalesce(loan.amount_thousandths, loan.amount * 1000)) AS amount,
    sum(coalesce(loan.amount_rest, 0)) AS rest
}
RETURN (amount + (rest + 5000000000000) / 10000000000000) / 1000.0 > $threshold AS hit
