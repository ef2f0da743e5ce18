// The same, looked for from the borrower's side: for where the lender is the hub of the two.
MATCH (lender:Person {id: $lender_id}), (borrower:Person {id: $borrower_id})
WITH lender, borrower,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(borrower) WHERE line.free > 0
    RETURN [line.id, line.free]
  } AS direct,
  COLLECT {
    MATCH (lender)-[line:TRUSTS]->(friend) WHERE line.free > 0 AND friend <> borrower
    RETURN [friend, line, line.free]
  } AS own,
  // A line that is not the lender's own must allow the lender.
  COLLECT {
    MATCH (friend)-[line:TRUSTS]->(borrower)
    WHERE line.free > 0 AND friend <> lender
      AND (line.lenders = 'any' OR line.lenders = 'friends'
        AND EXISTS { MATCH (lender)-[known:FRIEND]-(friend) WHERE known.live })
    RETURN [friend, line, line.free]
  } AS ends
WITH lender, direct, own, ends, [one IN own | one[0]] AS firsts, [one IN ends | one[0]] AS lasts
CALL (lender, firsts, lasts) {
  UNWIND lasts AS receiver
  MATCH (receiver)<-[line:TRUSTS]-(giver)
  WHERE line.free > 0 AND giver IN firsts
    AND (line.lenders = 'any' OR line.lenders = 'friends'
      AND EXISTS { MATCH (lender)-[known:FRIEND]-(giver) WHERE known.live })
  RETURN collect([giver.id, receiver.id, line.id, line.free]) AS middle,
    collect(DISTINCT giver) AS starts, collect(DISTINCT receiver) AS stops
}
// Most friends of a hub are on no way: nothing of them is read and sent.
RETURN direct, middle,
  [one IN own WHERE one[0] IN starts OR one[0] IN lasts
    | [one[0].id, one[1].id, one[2]]] AS first,
  [one IN ends WHERE one[0] IN stops OR one[0] IN firsts
    | [one[0].id, one[1].id, one[2]]] AS last
