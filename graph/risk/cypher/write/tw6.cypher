// Add a loan that a person applied for.
MATCH (owner:Person {id: $personId})
WHERE NOT EXISTS { MATCH (:Loan {id: $loanId}) }
CREATE (owner)-[:APPLIED {id: $place, at: $time}]->(loan:Loan {id: $loanId})
SET loan.amount = $loanAmount, loan.amount_thousandths = $loanAmount_thousandths,
  loan.amount_rest = $loanAmount_rest, loan.balance = $balance,
  loan.balance_thousandths = $balance_thousandths, loan.balance_rest = $balance_rest,
  loan.created_at = $createTime
RETURN true AS written
