// Add a deposit of a loan.
MATCH (source:Loan {id: $loanId}), (target:Account {id: $accountId})
CREATE (source)-[edge:DEPOSITED {id: $place, at: $time,
  amount: $amount, thousandths: $amount_thousandths, rest: $amount_rest}]->(target)
RETURN elementId(edge) AS edge
