// Add that a company vouches for another, once.
MATCH (source:Company {id: $companyId1}), (target:Company {id: $companyId2})
WHERE NOT EXISTS { (source)-[:GUARANTEES]->(target) }
CREATE (source)-[edge:GUARANTEES {id: $place, at: $time}]->(target)
RETURN elementId(edge) AS edge
