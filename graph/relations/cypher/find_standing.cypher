// How many friends has each of these people, how many stand behind them by a trust line that is
// worth something, and how many such lines were ever burned?
UNWIND $people AS person_id
MATCH (person:Person {id: person_id})
RETURN person.id AS person_id,
  COUNT { (person)-[known:FRIEND]-(:Person) WHERE known.live } AS friends,
  COUNT { (:Person)-[line:TRUSTS]->(person) WHERE line.capacity >= $least } AS behind,
  COUNT { (:Person)-[line:TRUSTS]->(person) WHERE line.burned > 0 } AS burned
ORDER BY person_id
