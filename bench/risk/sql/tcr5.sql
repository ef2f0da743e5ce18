WITH zero AS (
    SELECT ARRAY[target] AS path, target AS account, %(start)s::bigint AS at
      FROM person_own WHERE source = %(id)s
), one AS (
    SELECT zero.path || t.target AS path, t.target AS account, min(t.at) AS at
      FROM zero JOIN transfer AS t ON t.source = zero.account AND t.at > zero.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND NOT t.target = ANY (zero.path)
     GROUP BY zero.path, t.target
), two AS (
    SELECT one.path || t.target AS path, t.target AS account, min(t.at) AS at
      FROM one JOIN transfer AS t ON t.source = one.account AND t.at > one.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND NOT t.target = ANY (one.path)
     GROUP BY one.path, t.target
), three AS (
    SELECT two.path || t.target AS path, t.target AS account, min(t.at) AS at
      FROM two JOIN transfer AS t ON t.source = two.account AND t.at > two.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND NOT t.target = ANY (two.path)
     GROUP BY two.path, t.target
)
SELECT path FROM (SELECT path FROM one UNION SELECT path FROM two UNION SELECT path FROM three) AS p
 ORDER BY cardinality(path) DESC, path
