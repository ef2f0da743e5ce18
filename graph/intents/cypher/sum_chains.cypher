// What do those owe for whom somebody stands, in turn, with what is intended? One row for each.
UNWIND $batch.guarantors AS guarantor_id
MATCH (guarantor:Person {id: guarantor_id})
CALL (guarantor) {
  MATCH SHORTEST 1 (guarantor)((:Person)-[step:GUARANTEES|INTENDS]->(:Person)
    WHERE coalesce(step.live, true) AND coalesce(step.ends_at > timestamp(), true))+(other:Person)
  WITH DISTINCT guarantor, other WHERE other <> guarantor
  CALL (other) {
    MATCH (other)-[:APPLIED]->(loan:Loan)
    WHERE loan.balance > 0
    RETURN loan.id AS loan, loan.balance AS amount
    UNION
    MATCH (other)<-[intent:INTENDS]-(:Person)
    WHERE intent.live AND coalesce(intent.ends_at > timestamp(), true)
    RETURN intent.loan AS loan, intent.amount AS amount
  }
  // A loan that was granted and is still intended counts once.
  WITH loan, max(amount) AS amount
  RETURN sum(amount) AS owed
}
RETURN guarantor.id AS guarantor, owed
ORDER BY guarantor
