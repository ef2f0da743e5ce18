WITH zero AS (
    SELECT DISTINCT target AS account FROM deposit AS d WHERE source = %(id)s AND d.at > %(start)s
      AND d.at < %(end)s
), one_edge AS (
    SELECT e.* FROM zero AS f
      CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM transfer AS e
                           WHERE e.target = f.account AND e.at > %(start)s
                             AND e.at < %(end)s) AS came
      JOIN LATERAL (SELECT source, target, amount, at FROM transfer WHERE source = f.account
                    UNION ALL
                    SELECT source, target, amount, at FROM withdraw WHERE source = f.account) AS e
        ON e.target <> e.source AND e.at > %(start)s AND e.at < %(end)s
          AND e.amount > %(threshold)s * came.sum
), one AS (
    SELECT target AS account FROM one_edge
    EXCEPT SELECT account FROM zero
), two_edge AS (
    SELECT e.* FROM one AS f
      CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM transfer AS e
                           WHERE e.target = f.account AND e.at > %(start)s
                             AND e.at < %(end)s) AS came
      JOIN LATERAL (SELECT source, target, amount, at FROM transfer WHERE source = f.account
                    UNION ALL
                    SELECT source, target, amount, at FROM withdraw WHERE source = f.account) AS e
        ON e.target <> e.source AND e.at > %(start)s AND e.at < %(end)s
          AND e.amount > %(threshold)s * came.sum
), two AS (
    SELECT target AS account FROM two_edge
    EXCEPT SELECT account FROM zero EXCEPT SELECT account FROM one
), three_edge AS (
    SELECT e.* FROM two AS f
      CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM transfer AS e
                           WHERE e.target = f.account AND e.at > %(start)s
                             AND e.at < %(end)s) AS came
      JOIN LATERAL (SELECT source, target, amount, at FROM transfer WHERE source = f.account
                    UNION ALL
                    SELECT source, target, amount, at FROM withdraw WHERE source = f.account) AS e
        ON e.target <> e.source AND e.at > %(start)s AND e.at < %(end)s
          AND e.amount > %(threshold)s * came.sum
)
SELECT target, round(sum(e.amount) / (SELECT amount FROM loan WHERE id = %(id)s), 3), min(far)
  FROM (SELECT target, amount, 2 AS far FROM one_edge
        UNION ALL SELECT target, amount, 3 FROM two_edge
        UNION ALL SELECT target, amount, 4 FROM three_edge) AS e
 GROUP BY target
 ORDER BY 3 DESC, 2 DESC, 1
