// For whom does a person vouch, and those in turn, and what do the last ones owe?
MATCH way = (person:Person {id: $id})-[guarantees:GUARANTEES*1..6]->(last:Person)
WHERE length(way) <= $steps
  AND all(one IN guarantees WHERE coalesce(one.live, true)
    AND $startTime < one.at AND one.at < $endTime)
WITH last, [one IN nodes(way) | one.id] AS chain
WHERE all(one IN chain WHERE single(same IN chain WHERE same = one))
// Of several guarantees between the same two one is enough.
WITH DISTINCT last, chain
CALL (last) {
  MATCH (last)-[:APPLIED]->(loan:Loan)
  WHERE loan.balance > 0
  RETURN count(loan) AS numLoans, sum(loan.balance) AS owed
}
RETURN chain, numLoans, owed
ORDER BY size(chain), chain
