// Remove everything, in pieces.
MATCH (node)
CALL (node) { DETACH DELETE node } IN TRANSACTIONS OF 5000 ROWS
