WITH zero AS (SELECT %(id)s::bigint AS account, %(start)s::bigint AS at),
one AS (
    SELECT t.target AS account, min(t.at) AS at
      FROM zero JOIN transfer AS t ON t.source = zero.account AND t.at > zero.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.target
), two AS (
    SELECT t.target AS account, min(t.at) AS at
      FROM one JOIN transfer AS t ON t.source = one.account AND t.at > one.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.target
), three AS (
    SELECT t.target AS account, min(t.at) AS at
      FROM two JOIN transfer AS t ON t.source = two.account AND t.at > two.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.target
)
SELECT DISTINCT r.account, r.distance, s.source, m.type
  FROM (SELECT account, 1 AS distance FROM one UNION ALL SELECT account, 2 FROM two
        UNION ALL SELECT account, 3 FROM three) AS r
  JOIN sign_in AS s ON s.target = r.account AND s.at > %(start)s AND s.at < %(end)s
  JOIN medium AS m ON m.id = s.source AND m.blocked
 ORDER BY 2, 1, 3
