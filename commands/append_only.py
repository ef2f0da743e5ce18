"""Rows that stay as they were written: PostgreSQL refuses to change them, whoever asks."""

from django.db.migrations import RunSQL

# One for all tables: a trigger brings its own words.
FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%: % on % is refused', TG_ARGV[0], TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END
    $$;
"""
ANY_CHANGE = "UPDATE OR DELETE OR TRUNCATE"


def refuse_changes(table: str, *, trigger: str, because: str, of: str = ANY_CHANGE) -> RunSQL:
    """Return the step of a migration after which a table refuses changes by a statement trigger,
    with these words; the database raises IntegrityError (restrict_violation).
    """
    return RunSQL(
        f"""{FUNCTION}
    CREATE OR REPLACE TRIGGER {trigger} BEFORE {of} ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{because}');
""",
        f"DROP TRIGGER IF EXISTS {trigger} ON {table};",
    )
