WITH lent AS (
    SELECT coalesce(sum(amount), 0) AS sum FROM deposit AS e
     WHERE target = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
), repaid AS (
    SELECT coalesce(sum(amount), 0) AS sum FROM repay AS e
     WHERE source = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
),
came AS (
    SELECT coalesce(sum(amount), 0) AS sum FROM transfer AS e
     WHERE target = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
), went AS (
    SELECT coalesce(sum(amount), 0) AS sum FROM transfer AS e
     WHERE source = %(id)s AND amount > %(threshold)s AND e.at > %(start)s AND e.at < %(end)s
)
SELECT coalesce(round(lent.sum / nullif(repaid.sum, 0), 3), -1),
       coalesce(round(lent.sum / nullif(went.sum, 0), 3), -1),
       coalesce(round(came.sum / nullif(went.sum, 0), 3), -1)
  FROM lent, repaid, came, went
