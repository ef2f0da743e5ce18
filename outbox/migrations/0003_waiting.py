"""The function that lists what waits in a lane."""

from django.db import migrations

# A plan that is kept and was made while the table was empty would read all of it in a rush; inside
# of this function the index is always taken, so whoever calls it may keep a plan.
WAITING = """
CREATE FUNCTION outbox_waiting(lane text, topics text[], most integer)
RETURNS TABLE (topic text, subjects uuid[])
LANGUAGE sql STABLE ROWS 10 SET enable_seqscan = off
AS $$
    SELECT event.topic, event.subjects FROM outbox_event AS event
    WHERE event.lane = outbox_waiting.lane AND event.topic = ANY(outbox_waiting.topics)
    LIMIT outbox_waiting.most
$$
"""


class Migration(migrations.Migration):
    """Create it."""

    dependencies = [("outbox", "0002_name_people_only_where_asked")]

    operations = [
        migrations.RunSQL(WAITING, "DROP FUNCTION outbox_waiting(text, text[], integer)")
    ]
