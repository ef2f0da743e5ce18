// What are these nodes, and what are they or their owners called?
CALL () {
  MATCH (node:Person) WHERE node.id IN $ids RETURN node, node.username AS name
  UNION MATCH (node:Company) WHERE node.id IN $ids RETURN node, node.name AS name
  UNION MATCH (node:Channel) WHERE node.id IN $ids RETURN node, node.name AS name
  UNION MATCH (owner)-[:OWNS]->(node:Account) WHERE node.id IN $ids
    RETURN node, coalesce(owner.username, owner.name) AS name
  UNION MATCH (owner)-[:APPLIED]->(node:Loan) WHERE node.id IN $ids
    RETURN node, coalesce(owner.username, owner.name) AS name
  UNION MATCH (node:Device) WHERE node.id IN $ids RETURN node, node.program AS name
}
RETURN node.id AS id, coalesce(name, '') AS name, coalesce(node.currency, '') AS currency,
  [label IN ['Person', 'Company', 'Account', 'Loan', 'Device'] WHERE label IN labels(node)][0]
    AS kind
ORDER BY id
