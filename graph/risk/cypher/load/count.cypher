// How many nodes and edges of each kind are there?
MATCH (node) WHERE NOT node:Snapshot
RETURN labels(node)[0] AS name, count(*) AS count
UNION ALL
MATCH ()-[edge]->() RETURN type(edge) AS name, count(*) AS count
