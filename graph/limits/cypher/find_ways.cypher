// Over which free trust lines, at most three in a row, does a lender reach a borrower?
MATCH (lender:Person {id: $lender_id}), (borrower:Person {id: $borrower_id})
WITH lender, borrower,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(borrower) WHERE line.free > 0
    RETURN [line.id, line.free]
  } AS direct,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(friend) WHERE line.free > 0 AND friend <> borrower
    RETURN [friend.id, line.id, line.free]
  } AS first,
  // A line that is not the lender's own must allow the lender.
  COLLECT {
    MATCH (friend)-[line:TRUSTS]->(borrower)
    WHERE line.free > 0 AND friend <> lender
      AND (line.lenders = 'any' OR line.lenders = 'friends'
        AND EXISTS { MATCH (lender)-[known:FRIEND]-(friend) WHERE known.live })
    RETURN friend
  } AS ends
CALL (borrower, ends) {
  UNWIND ends AS friend
  MATCH (friend)-[line:TRUSTS]->(borrower)
  RETURN collect([friend.id, line.id, line.free]) AS last
}
CALL (lender, borrower, ends) {
  MATCH (lender)-[own:TRUSTS]->(giver)-[line:TRUSTS]->(receiver)
  WHERE own.free > 0 AND line.free > 0 AND giver <> borrower AND receiver IN ends
    AND (line.lenders = 'any' OR line.lenders = 'friends'
      AND EXISTS { MATCH (lender)-[known:FRIEND]-(giver) WHERE known.live })
  RETURN collect([giver.id, receiver.id, line.id, line.free]) AS middle
}
RETURN direct, first, last, middle
