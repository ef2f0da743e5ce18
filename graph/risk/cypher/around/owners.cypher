// Who owns these accounts, and who asked for these loans?
CALL () {
  MATCH (node:Account) WHERE node.id IN $ids RETURN node
  UNION MATCH (node:Loan) WHERE node.id IN $ids RETURN node
}
MATCH (owner)-[:OWNS|APPLIED]->(node)
RETURN DISTINCT owner.id AS ownerId
ORDER BY ownerId
