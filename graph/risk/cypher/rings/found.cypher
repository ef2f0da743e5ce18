// Which rings of three to six transfers, each later than the one before, close within some hours?
MATCH (opener:Account)-[first:TRANSFERRED]->(second:Account)
WHERE $startTime < first.at AND first.at < $endTime AND opener <> second
MATCH way = (second)-[others:TRANSFERRED*2..5]->(opener)
WHERE length(way) < $steps
  AND all(one IN others WHERE first.at < one.at AND one.at < $endTime
    AND one.at <= first.at + $hours * 3600000)
WITH [first] + others AS transfers, [one IN nodes(way) | one.id] AS accounts
WHERE all(place IN range(1, size(transfers) - 1) WHERE
    transfers[place - 1].at < transfers[place].at
    AND transfers[place].amount >= $passedOn * transfers[place - 1].amount)
  AND all(one IN accounts WHERE single(same IN accounts WHERE same = one))
WITH [accounts[-1]] + accounts[..-1] AS ring, [one IN transfers | one.at] AS times,
  [one IN transfers | one.amount] AS amounts
// Of rings of the same accounts the earliest counts.
ORDER BY times, amounts
WITH ring, head(collect({times: times, amounts: amounts})) AS earliest
UNWIND earliest.amounts AS amount
WITH ring, earliest, min(amount) AS smallest
RETURN ring, size(ring) AS numTransfers, smallest AS smallestAmount,
  earliest.times[0] AS since, earliest.times[-1] AS until
ORDER BY since, ring
