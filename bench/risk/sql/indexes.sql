SET search_path TO finbench;
CREATE INDEX ON transfer (source, at);
CREATE INDEX ON transfer (target, at);
CREATE INDEX ON withdraw (source, at);
CREATE INDEX ON withdraw (target, at);
CREATE INDEX ON deposit (source, at);
CREATE INDEX ON deposit (target, at);
CREATE INDEX ON repay (source, at);
CREATE INDEX ON sign_in (target, at);
CREATE INDEX ON person_own (source);
CREATE INDEX ON company_own (target);
CREATE INDEX ON person_apply (source);
CREATE INDEX ON guarantee (source, at);
CREATE INDEX ON invest (source, at);
-- Breadth first, because a recursive query visits an account again at each length.
CREATE FUNCTION shortest(one bigint, other bigint, start bigint, finish bigint) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
DECLARE
    front bigint[] := ARRAY[one];
    seen bigint[] := front;
    length integer := 0;
BEGIN
    WHILE front IS NOT NULL LOOP
        IF other = ANY (front) THEN
            RETURN length;
        END IF;
        length := length + 1;
        SELECT array_agg(near.target) INTO front
          FROM (SELECT t.target FROM transfer AS t
                 WHERE t.source = ANY (front) AND t.at > start AND t.at < finish
                EXCEPT SELECT unnest(seen)) AS near;
        seen := seen || front;
    END LOOP;
    RETURN -1;
END
$$;
ANALYZE;
