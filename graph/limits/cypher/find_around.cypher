// Which free trust lines lie on ways of at most three from these lenders to these borrowers?
CALL () {
  MATCH (lender:Person)-[line:TRUSTS]->(friend:Person)
  WHERE lender.id IN $lenders AND line.free > 0
  RETURN collect([lender.id, friend.id, line.id, line.free]) AS own,
         collect(DISTINCT friend) AS firsts
}
CALL () {
  MATCH (friend:Person)-[line:TRUSTS]->(borrower:Person)
  WHERE borrower.id IN $borrowers AND line.free > 0 AND line.lenders <> 'nobody'
  RETURN collect([friend.id, borrower.id, line.id, line.free, line.lenders]) AS ends,
         collect(DISTINCT friend) AS lasts
}
CALL (firsts, lasts) {
  UNWIND firsts AS giver
  MATCH (giver)-[line:TRUSTS]->(receiver)
  WHERE line.free > 0 AND line.lenders <> 'nobody' AND receiver IN lasts
  RETURN collect([giver.id, receiver.id, line.id, line.free, line.lenders]) AS middle
}
// A line may be for the loans of its giver's friends.
CALL () {
  MATCH (lender:Person)-[known:FRIEND]-(friend:Person)
  WHERE lender.id IN $lenders AND known.live
  RETURN collect([lender.id, friend.id]) AS friends
}
RETURN own, ends, middle, friends
