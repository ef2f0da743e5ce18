-- What a service was told, and by which score, stays; a score is never changed, only forgotten
-- with the consent to it.
CREATE OR REPLACE FUNCTION points_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'points are append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER ask_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON points_ask
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();
CREATE OR REPLACE TRIGGER score_is_never_changed
    BEFORE UPDATE ON points_score
    FOR EACH STATEMENT EXECUTE FUNCTION points_refuse_change();
