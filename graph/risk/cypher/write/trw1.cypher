// Does a new transfer close a cycle of three with older ones of a window?
MATCH (source:Account {id: $srcId}), (target:Account {id: $dstId})
RETURN source <> target AND EXISTS {
  MATCH (target)-[third:TRANSFERRED]->(other:Account)-[second:TRANSFERRED]->(source)
  WHERE $startTime < second.at AND second.at < $endTime AND other <> source AND other <> target
    AND $startTime < third.at AND third.at < $endTime
} AS hit
