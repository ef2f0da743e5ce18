// Which devices do several people sign in by, and who are they?
MATCH (device:Device)-[signed_in:SIGNED_IN]->(:Account)<-[:OWNS]-(person:Person)
WHERE $startTime < signed_in.at AND signed_in.at < $endTime
WITH DISTINCT device, person
ORDER BY person.id
WITH device, collect(person.id) AS people
WHERE size(people) >= $fewest
RETURN device.id AS deviceId, size(people) AS numPeople, people AS personIds
ORDER BY numPeople DESC, deviceId
