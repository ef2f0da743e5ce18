WITH ones AS (
    SELECT DISTINCT target FROM invest AS e WHERE source = %(pid1)s AND e.at > %(start)s
      AND e.at < %(end)s
), others AS (
    SELECT DISTINCT target FROM invest AS e WHERE source = %(pid2)s AND e.at > %(start)s
      AND e.at < %(end)s
), both_ AS (
    SELECT (SELECT count(*) FROM ones JOIN others USING (target)) AS common,
           (SELECT count(*) FROM (SELECT * FROM ones UNION SELECT * FROM others) AS u) AS every
)
SELECT coalesce(round(common::numeric / nullif(every, 0), 3), 0) FROM both_
