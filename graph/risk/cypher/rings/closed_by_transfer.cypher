// Which rings would a transfer from one account to another close, each later than the one before?
MATCH (payer:Account {id: $id1}), (payee:Account {id: $id2})
WHERE payer <> payee
MATCH way = (payee)-[transfers:TRANSFERRED*2..5]->(payer)
WHERE length(way) < $steps
  AND all(one IN transfers WHERE $startTime < one.at AND one.at < $endTime)
WITH transfers, [one IN nodes(way) | one.id] AS accounts
WHERE all(place IN range(1, size(transfers) - 1) WHERE
    transfers[place - 1].at < transfers[place].at)
  AND all(one IN accounts WHERE single(same IN accounts WHERE same = one))
WITH [accounts[-1]] + accounts[..-1] AS ring, [one IN transfers | one.at] AS times,
  [one IN transfers | one.amount] AS amounts
// Of ways by the same accounts the earliest counts.
ORDER BY times, amounts
WITH ring, head(collect({times: times, amounts: amounts})) AS earliest
UNWIND earliest.amounts AS amount
WITH ring, earliest, min(amount) AS smallest
RETURN ring, size(ring) AS numTransfers, smallest AS smallestAmount,
  earliest.times[0] AS since, earliest.times[-1] AS until
ORDER BY numTransfers, ring
