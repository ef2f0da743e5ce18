// Add that an account was used from a medium.
MATCH (source:Device {id: $mediumId}), (target:Account {id: $accountId})
CREATE (source)-[edge:SIGNED_IN {id: $place, at: $time}]->(target)
RETURN elementId(edge) AS edge
