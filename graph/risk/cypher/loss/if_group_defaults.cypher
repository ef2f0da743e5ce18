// What is lost if each of a group of people defaults, and how much of it do others vouch for?
WITH [one IN split($people, ',') | trim(one)] AS group
MATCH (borrower:Person)-[:APPLIED]->(loan:Loan)
WHERE borrower.id IN group AND loan.balance > 0
WITH DISTINCT group, borrower, loan
WITH group, borrower, count(loan) AS numLoans, sum(loan.balance) AS owed,
  collect(loan.id) AS loans
CALL (group, borrower, loans) {
  MATCH (guarantor:Person)-[guarantee:GUARANTEES]->(borrower)
  WHERE guarantee.live AND guarantee.loan IN loans
  RETURN
    sum(CASE WHEN guarantor.id IN group THEN 0 ELSE guarantee.amount END) AS vouchedOutside,
    sum(CASE WHEN guarantor.id IN group THEN guarantee.amount ELSE 0 END) AS vouchedInside
}
RETURN borrower.id AS borrowerId, numLoans, owed, vouchedOutside, vouchedInside
ORDER BY owed DESC, borrowerId
