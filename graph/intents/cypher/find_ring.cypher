// Which ring would an intended transfer close with transfers and other intents of a window?
MATCH (payer:Account {id: $payer}), (payee:Account {id: $payee})
WHERE payer <> payee
// The shortest way back meets no account twice. Paying back is no ring: the direct way is barred.
MATCH way = SHORTEST 1 (payee)((one:Account)-[step:TRANSFERRED|INTENDS]->(other:Account)
  WHERE step.amount >= $smallest AND $startTime < step.at AND step.at < $endTime
    AND coalesce(step.live, true) AND coalesce(step.ends_at > timestamp(), true)
    AND NOT (one.id = $payee AND other.id = $payer)){1,5}(payer)
WITH [account IN nodes(way) | account.id] AS accounts
WHERE size(accounts) <= $steps
RETURN [accounts[-1]] + accounts[..-1] AS ring
