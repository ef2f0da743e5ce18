// Empty the graph, in pieces that fit into memory.
MATCH (node)
CALL (node) { DETACH DELETE node } IN TRANSACTIONS OF 5000 ROWS
