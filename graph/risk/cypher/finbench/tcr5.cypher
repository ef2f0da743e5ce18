// Which ways did money take from a person, over up to three transfers in ascending time?
OPTIONAL MATCH (:Person {id: $id})-[:OWNS]->(own:Account)
WITH DISTINCT own WHERE own IS NOT NULL
// Of the edges along one list of accounts the earliest that fit: what goes on from others can go on
// from them.
WITH collect([[own], $startTime]) AS zeros
CALL (zeros) {
  UNWIND zeros AS reached
  WITH reached[0] AS way, reached[1] AS since
  WITH way, since, last(way) AS source
  CALL (way, since, source) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH way, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH way, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND NOT other IN way
    RETURN other, min(edge.at) AS at
  }
  RETURN collect([way + [other], at]) AS ones
}
CALL (ones) {
  UNWIND ones AS reached
  WITH reached[0] AS way, reached[1] AS since
  WITH way, since, last(way) AS source
  CALL (way, since, source) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH way, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH way, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND NOT other IN way
    RETURN other, min(edge.at) AS at
  }
  RETURN collect([way + [other], at]) AS twos
}
CALL (twos) {
  UNWIND twos AS reached
  WITH reached[0] AS way, reached[1] AS since
  WITH way, since, last(way) AS source
  CALL (way, since, source) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH way, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH way, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND NOT other IN way
    RETURN other, min(edge.at) AS at
  }
  RETURN collect([way + [other], at]) AS threes
}
UNWIND threes + twos + ones AS reached
WITH [account IN reached[0] | account.id] AS path
RETURN path
ORDER BY size(path) DESC, path
