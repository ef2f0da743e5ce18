// What are these nodes, and what lies between all of them?
CALL () {
  MATCH (node:Person) WHERE node.id IN $ids RETURN node
  UNION MATCH (node:Company) WHERE node.id IN $ids RETURN node
  UNION MATCH (node:Account) WHERE node.id IN $ids RETURN node
  UNION MATCH (node:Loan) WHERE node.id IN $ids RETURN node
  UNION MATCH (node:Device) WHERE node.id IN $ids RETURN node
}
OPTIONAL MATCH (node)-[edge]->(target)
WHERE target.id IN $ids AND coalesce(edge.live, true) AND coalesce(edge.capacity, 1) > 0
WITH node AS source, target, type(edge) AS kind, coalesce(edge.currency, '') AS currency,
  count(edge) AS times, sum(coalesce(edge.amount, 0)) AS amount, min(edge.at) AS since,
  max(edge.at) AS until
RETURN source.id AS sourceId,
  [label IN ['Person', 'Company', 'Account', 'Loan', 'Device'] WHERE label IN labels(source)][0]
    AS sourceKind,
  coalesce(source.username, source.name, source.type, '') AS sourceName,
  coalesce(source.blocked, false) AS sourceBlocked,
  target.id AS targetId,
  [label IN ['Person', 'Company', 'Account', 'Loan', 'Device'] WHERE label IN labels(target)][0]
    AS targetKind,
  coalesce(target.username, target.name, target.type, '') AS targetName,
  coalesce(target.blocked, false) AS targetBlocked,
  kind AS edge, currency, times, amount, since, until
ORDER BY sourceId, targetId, edge, currency
