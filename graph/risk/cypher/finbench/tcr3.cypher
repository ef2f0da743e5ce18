// By how few transfers, in any order of time, does money get from one account to another?
OPTIONAL MATCH (source:Account {id: $id1}), (target:Account {id: $id2})
CALL (source, target) {
  OPTIONAL MATCH way = shortestPath((source)-[:TRANSFERRED*]->(target))
  WHERE source <> target
    AND all(edge IN relationships(way) WHERE $startTime < edge.at AND edge.at < $endTime)
  RETURN length(way) AS length
}
RETURN CASE WHEN $id1 = $id2 THEN 0 ELSE coalesce(length, -1) END AS shortestPathLength
