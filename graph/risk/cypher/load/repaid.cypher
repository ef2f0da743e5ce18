// Add repayments of loans, of a snapshot.
UNWIND $rows AS row
MATCH (source:Account {id: row.source}), (target:Loan {id: row.target})
CREATE (source)-[:REPAID {id: row.id, at: row.at,
  amount: row.amount, thousandths: row.amount_thousandths, rest: row.amount_rest}]->(target)
RETURN count(*) AS written
