// Add a transfer.
MATCH (source:Account {id: $accountId1}), (target:Account {id: $accountId2})
CREATE (source)-[edge:TRANSFERRED {id: $place, at: $time,
  amount: $amount, thousandths: $amount_thousandths, rest: $amount_rest}]->(target)
RETURN elementId(edge) AS edge
