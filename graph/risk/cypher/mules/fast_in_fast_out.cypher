// Through which accounts does money only pass, in and out again within some hours?
MATCH (account:Account)<-[paid:TRANSFERRED]-(payer:Account)
WHERE $startTime < paid.at AND paid.at < $endTime AND payer <> account
WITH account, collect({at: paid.at, amount: paid.amount}) AS came,
  collect(DISTINCT paid.at) AS moments
MATCH (account)-[paid:TRANSFERRED]->(payee:Account)
WHERE $startTime < paid.at AND paid.at < $endTime AND payee <> account
WITH account, came, moments, collect({at: paid.at, amount: paid.amount}) AS went
UNWIND moments AS since
WITH account, since, since + $hours * 3600000 AS until, came, went
WITH account, since, until,
  reduce(total = 0, one IN came | total + CASE
    WHEN since <= one.at AND one.at <= until THEN one.amount ELSE 0 END) AS moneyIn,
  reduce(total = 0, one IN went | total + CASE
    WHEN since < one.at AND one.at <= until THEN one.amount ELSE 0 END) AS moneyOut
WHERE moneyIn >= $smallest AND moneyOut >= $passedOn * moneyIn
  AND moneyIn >= $passedOn * moneyOut
WITH account, moneyIn, moneyOut, since
ORDER BY moneyIn DESC, since
WITH account, head(collect({came: moneyIn, went: moneyOut, since: since})) AS best
RETURN account.id AS accountId, best.came AS moneyIn, best.went AS moneyOut, best.since AS since
ORDER BY moneyIn DESC, accountId
