// Is one of two accounts blocked?
MATCH (source:Account {id: $srcId}), (target:Account {id: $dstId})
RETURN coalesce(source.blocked, false) OR coalesce(target.blocked, false) AS blocked
