// Make nodes for people whom the graph does not have yet; refused when it has one of them.
UNWIND $rows AS row
CREATE (person:Person)
SET person = row
RETURN count(*) AS made
