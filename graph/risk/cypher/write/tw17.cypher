// Remove an account, and each loan that was deposited into it or repaid from it.
MATCH (account:Account {id: $accountId})
OPTIONAL MATCH (account)-[:DEPOSITED|REPAID]-(loan:Loan)
WITH account, collect(DISTINCT loan) AS loans
FOREACH (loan IN loans | DETACH DELETE loan)
DETACH DELETE account
RETURN true AS written
