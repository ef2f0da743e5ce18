// Add that a company invests in another, once.
MATCH (source:Company {id: $companyId1}), (target:Company {id: $companyId2})
WHERE NOT EXISTS { (source)-[:INVESTS]->(target) }
CREATE (source)-[edge:INVESTS {id: $place, at: $time, ratio: $ratio}]->(target)
RETURN elementId(edge) AS edge
