-- What was done in a case stays as it was written down, and no case goes away.
CREATE OR REPLACE FUNCTION cases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of cases stays: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER step_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_step
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse_change();
CREATE OR REPLACE TRIGGER case_is_never_removed
    BEFORE DELETE OR TRUNCATE ON cases_case
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse_change();
