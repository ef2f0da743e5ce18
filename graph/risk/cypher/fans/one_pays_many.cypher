// Which accounts pay at least so many others within some hours?
MATCH (account:Account)-[paid:TRANSFERRED]->(other:Account)
WHERE $startTime < paid.at AND paid.at < $endTime AND paid.amount >= $smallest AND other <> account
WITH account, collect({other: other.id, at: paid.at, amount: paid.amount}) AS payments,
  collect(DISTINCT paid.at) AS moments, count(DISTINCT other) AS ever
WHERE ever >= $fewest
CALL (payments, moments) {
  // Each window begins with a payment; of equally wide ones the earliest counts.
  UNWIND moments AS since
  UNWIND payments AS one
  WITH since, one
  WHERE since <= one.at AND one.at <= since + $hours * 3600000
  ORDER BY one.other
  WITH since, collect(DISTINCT one.other) AS others, count(*) AS transfers,
    sum(one.amount) AS amount, max(one.at) AS until
  ORDER BY size(others) DESC, since
  LIMIT 1
  RETURN others, transfers, amount, since, until
}
WITH *
WHERE size(others) >= $fewest
RETURN account.id AS accountId, size(others) AS numOthers, others AS otherIds,
  transfers AS numTransfers, amount AS sumAmount, since, until
ORDER BY numOthers DESC, accountId
