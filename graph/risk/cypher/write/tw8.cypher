// Add that a person invests in a company, once.
MATCH (source:Person {id: $personId}), (target:Company {id: $companyId})
WHERE NOT EXISTS { (source)-[:INVESTS]->(target) }
CREATE (source)-[edge:INVESTS {id: $place, at: $time, ratio: $ratio}]->(target)
RETURN elementId(edge) AS edge
