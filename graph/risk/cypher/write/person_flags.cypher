// Is one of two persons blocked?
MATCH (source:Person {id: $srcId}), (target:Person {id: $dstId})
RETURN coalesce(source.blocked, false) OR coalesce(target.blocked, false) AS blocked
