WITH zero AS (
    SELECT target AS account, %(end)s::bigint AS at FROM person_own WHERE source = %(id)s
), one AS (
    SELECT t.source AS account, max(t.at) AS at
      FROM zero JOIN transfer AS t ON t.target = zero.account AND t.at < zero.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.source
), two AS (
    SELECT t.source AS account, max(t.at) AS at
      FROM one JOIN transfer AS t ON t.target = one.account AND t.at < one.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.source
), three AS (
    SELECT t.source AS account, max(t.at) AS at
      FROM two JOIN transfer AS t ON t.target = two.account AND t.at < two.at
     WHERE t.at > %(start)s AND t.at < %(end)s AND t.target <> t.source
     GROUP BY t.source
), lent AS (
    SELECT DISTINCT r.account, d.source AS loan
      FROM (SELECT account FROM one UNION SELECT account FROM two UNION SELECT account
        FROM three) AS r
      JOIN deposit AS d ON d.target = r.account AND d.at > %(start)s AND d.at < %(end)s
)
SELECT account, round(sum(amount), 3), round(sum(balance), 3)
  FROM lent JOIN loan ON loan.id = lent.loan
 GROUP BY account
 ORDER BY 2 DESC, 1
