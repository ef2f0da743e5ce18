WITH RECURSIVE reached AS (
    SELECT target AS person FROM guarantee AS e WHERE source = %(id)s AND e.at > %(start)s
      AND e.at < %(end)s
    UNION
    SELECT e.target FROM reached JOIN guarantee AS e ON e.source = reached.person
      AND e.at > %(start)s AND e.at < %(end)s
), loans AS (
    SELECT DISTINCT a.target AS id FROM reached JOIN person_apply AS a ON a.source = reached.person
     WHERE reached.person <> %(id)s
)
SELECT coalesce(round(sum(amount), 3), 0), count(*) FROM loans JOIN loan USING (id)
