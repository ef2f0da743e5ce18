// To which accounts, up to three transfers in ascending time away, did a blocked medium sign in?
OPTIONAL MATCH (start:Account {id: $id})
// Of each account at each distance the earliest arrival: what goes on from a later one can go on
// from it.
WITH CASE WHEN start IS NULL THEN [] ELSE [[start, $startTime]] END AS zeros
CALL (zeros) {
  UNWIND zeros AS reached
  WITH reached[0] AS source, reached[1] AS since
  CALL (source, since) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH source, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND other <> source
    RETURN other, edge.at AS at
  }
  WITH other, min(at) AS at
  RETURN collect([other, at]) AS ones
}
CALL (ones) {
  UNWIND ones AS reached
  WITH reached[0] AS source, reached[1] AS since
  CALL (source, since) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH source, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND other <> source
    RETURN other, edge.at AS at
  }
  WITH other, min(at) AS at
  RETURN collect([other, at]) AS twos
}
CALL (twos) {
  UNWIND twos AS reached
  WITH reached[0] AS source, reached[1] AS since
  CALL (source, since) {
    MATCH (source)-[edge:TRANSFERRED]->(other:Account)
    WITH source, since, edge, other
    ORDER BY CASE $truncationOrder
      WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
      WHEN 'AMOUNT_ASCENDING' THEN edge.amount
      WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
      ELSE -edge.at
    END, other.id, edge.id
    LIMIT $truncationLimit
    WITH source, since, edge, other
    WHERE $startTime < edge.at AND edge.at < $endTime AND since < edge.at AND other <> source
    RETURN other, edge.at AS at
  }
  WITH other, min(at) AS at
  RETURN collect([other, at]) AS threes
}
UNWIND [1, 2, 3] AS accountDistance
UNWIND [ones, twos, threes][accountDistance - 1] AS reached
WITH accountDistance, reached[0] AS other
CALL (other) {
  MATCH (other)<-[edge:SIGNED_IN]-(medium:Device)
  WITH edge, medium
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, medium.id, edge.id
  LIMIT $truncationLimit
  WITH edge, medium
  WHERE $startTime < edge.at AND edge.at < $endTime AND medium.blocked
  RETURN DISTINCT medium
}
RETURN other.id AS otherId, accountDistance, medium.id AS mediumId, medium.type AS mediumType
ORDER BY accountDistance, otherId, mediumId
