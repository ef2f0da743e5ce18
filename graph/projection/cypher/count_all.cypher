// How many nodes and edges of each kind does the graph have, and in all?
MATCH (node:Person)
RETURN 'Person' AS name, count(node) AS found
UNION ALL
MATCH (node:Channel)
RETURN 'Channel' AS name, count(node) AS found
UNION ALL
MATCH (node:Loan)
RETURN 'Loan' AS name, count(node) AS found
UNION ALL
MATCH (node:Device)
RETURN 'Device' AS name, count(node) AS found
UNION ALL
MATCH (node:Account) WHERE NOT node:Channel
RETURN 'Account' AS name, count(node) AS found
UNION ALL
MATCH ()-[edge:FRIEND]->()
RETURN 'FRIEND' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:TRUSTS]->()
RETURN 'TRUSTS' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:OWNS]->()
RETURN 'OWNS' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:TRANSFERRED]->()
RETURN 'TRANSFERRED' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:WITHDREW]->()
RETURN 'WITHDREW' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:APPLIED]->()
RETURN 'APPLIED' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:DEPOSITED]->()
RETURN 'DEPOSITED' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:REPAID]->()
RETURN 'REPAID' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:GUARANTEES]->()
RETURN 'GUARANTEES' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:SIGNED_IN]->()
RETURN 'SIGNED_IN' AS name, count(edge) AS found
UNION ALL
MATCH ()-[edge:INTENDS]->()
// What is only about to be posted is of no kind.
WHERE coalesce(edge.version, 1) <> 0
RETURN 'INTENDS' AS name, count(edge) AS found
UNION ALL
MATCH (node)
RETURN 'nodes' AS name, count(node) AS found
UNION ALL
MATCH ()-[edge]->()
WITH count(edge) AS found
RETURN 'edges' AS name,
  found - COUNT { ()-[intent:INTENDS]->() WHERE intent.version = 0 } AS found
