WITH second AS (
    SELECT e.source AS other, count(*), sum(e.amount), max(e.amount)
      FROM transfer AS e WHERE e.target = %(id1)s AND e.at > %(start)s
        AND e.at < %(end)s GROUP BY e.source
), third AS (
    SELECT e.target AS other, count(*), sum(e.amount), max(e.amount)
      FROM transfer AS e WHERE e.source = %(id2)s AND e.at > %(start)s
        AND e.at < %(end)s GROUP BY e.target
)
SELECT other, second.count, round(second.sum, 3), round(second.max, 3),
       third.count, round(third.sum, 3), round(third.max, 3)
  FROM second JOIN third USING (other)
 WHERE other NOT IN (%(id1)s, %(id2)s) AND %(id1)s::bigint <> %(id2)s AND EXISTS (
    SELECT FROM transfer AS e
     WHERE e.source = %(id1)s AND e.target = %(id2)s AND e.at > %(start)s AND e.at < %(end)s)
 ORDER BY 3 DESC, 6 DESC, 1
