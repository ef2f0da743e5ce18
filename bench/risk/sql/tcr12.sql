SELECT e.target, round(sum(e.amount), 3)
  FROM person_own AS o JOIN transfer AS e ON e.source = o.target AND e.at > %(start)s
    AND e.at < %(end)s
 WHERE o.source = %(id)s AND EXISTS (SELECT FROM company_own AS c WHERE c.target = e.target)
 GROUP BY e.target
 ORDER BY 2 DESC, 1
