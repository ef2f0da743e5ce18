from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION risk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the risk team looked at stays: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER look_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_look
    FOR EACH STATEMENT EXECUTE FUNCTION risk_refuse_change();
"""


class Migration(migrations.Migration):
    """Looks are added and never changed."""

    dependencies = [("risk", "0001_looks")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
