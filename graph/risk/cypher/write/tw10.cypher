// Add that a person vouches for another, once.
MATCH (source:Person {id: $personId1}), (target:Person {id: $personId2})
WHERE NOT EXISTS { (source)-[:GUARANTEES]->(target) }
CREATE (source)-[edge:GUARANTEES {id: $place, at: $time}]->(target)
RETURN elementId(edge) AS edge
