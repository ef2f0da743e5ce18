// How many nodes and relationships are there?
MATCH (node) WITH count(node) AS nodes
OPTIONAL MATCH ()-[relationship]->()
RETURN nodes, count(relationship) AS relationships
