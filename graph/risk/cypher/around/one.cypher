// What lies around a person, an account, a loan or a device, the latest first?
CALL () {
  MATCH (one:Person {id: $id}) RETURN one
  UNION MATCH (one:Company {id: $id}) RETURN one
  UNION MATCH (one:Account {id: $id}) RETURN one
  UNION MATCH (one:Loan {id: $id}) RETURN one
  UNION MATCH (one:Device {id: $id}) RETURN one
}
MATCH (one)-[edge]-()
// What has ended stays in the graph as an edge that says so.
WHERE coalesce(edge.live, true) AND coalesce(edge.capacity, 1) > 0
WITH startNode(edge) AS source, endNode(edge) AS target, type(edge) AS kind,
  coalesce(edge.currency, '') AS currency, count(edge) AS times,
  sum(coalesce(edge.amount, 0)) AS amount, min(edge.at) AS since, max(edge.at) AS until
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
ORDER BY until DESC, sourceId, targetId, edge, currency
LIMIT $most
