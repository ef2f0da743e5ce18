// How alike are the companies in which two persons invest?
CALL () {
  MATCH (:Person {id: $pid1})-[edge:INVESTS]->(company:Company)
  WITH edge, company
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, company.id, edge.id
  LIMIT $truncationLimit
  WITH edge, company
  WHERE $startTime < edge.at AND edge.at < $endTime
  RETURN collect(DISTINCT company) AS ones
}
CALL () {
  MATCH (:Person {id: $pid2})-[edge:INVESTS]->(company:Company)
  WITH edge, company
  ORDER BY CASE $truncationOrder
    WHEN 'TIMESTAMP_ASCENDING' THEN edge.at
    WHEN 'AMOUNT_ASCENDING' THEN edge.amount
    WHEN 'AMOUNT_DESCENDING' THEN -edge.amount
    ELSE -edge.at
  END, company.id, edge.id
  LIMIT $truncationLimit
  WITH edge, company
  WHERE $startTime < edge.at AND edge.at < $endTime
  RETURN collect(DISTINCT company) AS others
}
WITH size([company IN ones WHERE company IN others]) AS common, size(ones) + size(others) AS sum
WITH common, sum - common AS different
RETURN CASE different
  WHEN 0 THEN 0.0
  // Whole numbers round half up exactly.
  ELSE (2000 * common + different) / (2 * different) / 1000.0
END AS jaccardSimilarity
