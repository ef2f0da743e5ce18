// Which people vouch for each other in a circle?
MATCH way = (person:Person)-[guarantees:GUARANTEES*2..6]->(person)
WHERE length(way) <= $steps
  AND all(one IN guarantees WHERE coalesce(one.live, true)
    AND $startTime < one.at AND one.at < $endTime)
WITH [one IN nodes(way) | one.id][1..] AS ring, person
WHERE all(one IN ring WHERE person.id <= one AND single(same IN ring WHERE same = one))
WITH DISTINCT [ring[-1]] + ring[..-1] AS ring
RETURN ring, size(ring) AS numPeople
ORDER BY numPeople, ring
