// Add a repayment of a loan.
MATCH (source:Account {id: $accountId}), (target:Loan {id: $loanId})
CREATE (source)-[edge:REPAID {id: $place, at: $time,
  amount: $amount, thousandths: $amount_thousandths, rest: $amount_rest}]->(target)
RETURN elementId(edge) AS edge
