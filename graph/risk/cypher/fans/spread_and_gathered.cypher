// Between which two accounts does money go by several others within some hours?
MATCH (source:Account)-[first:TRANSFERRED]->(between:Account)-[second:TRANSFERRED]->(target:Account)
WHERE $startTime < first.at AND first.at < second.at AND second.at < $endTime
  AND second.at <= first.at + $hours * 3600000
  AND source <> between AND between <> target AND source <> target
WITH source, target, collect({between: between.id, begin: first.at, end: second.at}) AS ways,
  collect(DISTINCT first.at) AS moments, count(DISTINCT between) AS ever
WHERE ever >= $fewest
CALL (ways, moments) {
  UNWIND moments AS since
  UNWIND ways AS way
  WITH since, way
  WHERE since <= way.begin AND way.end <= since + $hours * 3600000
  ORDER BY way.between
  WITH since, collect(DISTINCT way.between) AS between, max(way.end) AS until
  ORDER BY size(between) DESC, since
  LIMIT 1
  RETURN between, since, until
}
WITH *
WHERE size(between) >= $fewest
RETURN source.id AS sourceId, target.id AS targetId, size(between) AS numBetween,
  between AS betweenIds, since, until
ORDER BY numBetween DESC, sourceId, targetId
