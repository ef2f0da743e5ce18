WITH came AS (
    SELECT count(DISTINCT source) AS many, sum(amount) FROM transfer AS e
     WHERE target = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
), went AS (
    SELECT count(DISTINCT target) AS many, sum(amount) FROM transfer AS e
     WHERE source = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
)
SELECT came.many, went.many, coalesce(round(coalesce(came.sum, 0) / nullif(went.sum, 0), 3), -1)
  FROM came, went
