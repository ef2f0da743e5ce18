// Over which free trust lines, at most three in a row, does a lender reach a borrower?
MATCH (lender:Person {id: $lender_id}), (borrower:Person {id: $borrower_id})
WITH lender, borrower,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(borrower) WHERE line.free > 0
    RETURN [line.id, line.free]
  } AS direct,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(friend) WHERE line.free > 0 AND friend <> borrower
    RETURN [friend.id, line.id, line.free, friend]
  } AS own,
  // A line that is not the lender's own must allow the lender.
  COLLECT {
    MATCH (friend)-[line:TRUSTS]->(borrower)
    WHERE line.free > 0 AND friend <> lender
      AND (line.lenders = 'any' OR line.lenders = 'friends'
        AND EXISTS { MATCH (lender)-[known:FRIEND]-(friend) WHERE known.live })
    RETURN [friend.id, line.id, line.free, friend]
  } AS ends
WITH lender, direct, [one IN own | one[..3]] AS first, [one IN ends | one[..3]] AS last,
  [one IN own | one[3]] AS firsts, [one IN ends | one[3]] AS lasts
CALL (lender, firsts, lasts) {
  UNWIND firsts AS giver
  MATCH (giver)-[line:TRUSTS]->(receiver)
  WHERE line.free > 0 AND receiver IN lasts
    AND (line.lenders = 'any' OR line.lenders = 'friends'
      AND EXISTS { MATCH (lender)-[known:FRIEND]-(giver) WHERE known.live })
  RETURN collect([giver.id, receiver.id, line.id, line.free]) AS middle
}
RETURN direct, first, last, middle
