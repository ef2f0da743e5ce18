WITH drawn AS (
    SELECT e.source AS mid, sum(e.amount) FROM withdraw AS e
     WHERE e.target = %(id)s AND e.source <> e.target AND e.amount > %(threshold2)s
       AND e.at > %(start)s AND e.at < %(end)s
     GROUP BY e.source
), came AS (
    SELECT e.target AS mid, sum(e.amount) FROM transfer AS e JOIN drawn ON drawn.mid = e.target
     WHERE e.source <> e.target AND e.amount > %(threshold1)s AND e.at > %(start)s
       AND e.at < %(end)s
     GROUP BY e.target HAVING count(*) > 3
)
SELECT mid, round(came.sum, 3), round(drawn.sum, 3)
  FROM drawn JOIN came USING (mid)
 WHERE EXISTS (SELECT FROM account WHERE id = %(id)s AND type LIKE '%%card%%')
 ORDER BY 3 DESC, 1
