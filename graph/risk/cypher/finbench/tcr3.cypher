// By how few transfers, in any order of time, does money get from one account to another?
OPTIONAL MATCH (source:Account {id: $id1}), (target:Account {id: $id2})
CALL (source, target) {
  OPTIONAL MATCH way = shortestPath((source)-[:TRANSFERRED*]->(target))
  WHERE source <> target AND all(edge IN relationships(way)
    WHERE $startTime < edge.at AND edge.at < $endTime
    // A shortest way is that of a graph from which the edges that nobody looks at are gone.
    AND ($truncationLimit = 2147483647 OR edge IN COLLECT {
      WITH startNode(edge) AS giver
      MATCH (giver)-[seen:TRANSFERRED]->(taker)
      RETURN seen
      ORDER BY CASE $truncationOrder
        WHEN 'TIMESTAMP_ASCENDING' THEN seen.at
        WHEN 'AMOUNT_ASCENDING' THEN seen.amount
        WHEN 'AMOUNT_DESCENDING' THEN -seen.amount
        ELSE -seen.at
      END, taker.id, seen.id
      LIMIT $truncationLimit
    }))
  RETURN length(way) AS length
}
RETURN CASE WHEN $id1 = $id2 THEN 0 ELSE coalesce(length, -1) END AS shortestPathLength
