"""The browsers of the sessions that there are."""

from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.utils import timezone
from uuid_utils.compat import uuid7


def list_browsers(apps, schema_editor):
    """Give the sessions that there are a browser each, so that they can be signed out."""
    Browser = apps.get_model("people", "Browser")
    Person = apps.get_model("people", "Person")
    now = timezone.now()
    people = set(map(str, Person.objects.values_list("id", flat=True)))
    for session in apps.get_model("sessions", "Session").objects.filter(expire_date__gt=now):
        person_id = SessionStore().decode(session.session_data).get("_auth_user_id")
        if person_id in people:
            Browser.objects.create(
                id=uuid7(), person_id=person_id, session_key=session.session_key,
                created_at=now, last_used_at=now,
            )


class Migration(migrations.Migration):
    """List them."""

    dependencies = [("people", "0002_devices"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(list_browsers, migrations.RunPython.noop)]
