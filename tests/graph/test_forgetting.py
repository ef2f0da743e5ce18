"""Credentials that ended are deleted after a while."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.sessions.models import Session

from graph.people.models import Token
from graph.people.services import forget_old_credentials, issue_token
from tests.people import make_people


def test_tokens_are_forgotten_a_month_after_they_ended(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for days in (0, 59, 61):
        issue_token(person_id=person, at=now - timedelta(days=days))

    forget_old_credentials(at=now)

    left = Token.objects.filter(person_id=person).values_list("created_at", flat=True)
    assert sorted(left) == [now - timedelta(days=59), now]


def test_sessions_that_ended_are_forgotten(now: datetime) -> None:
    ended, alive = uuid4().hex, uuid4().hex
    hour = timedelta(hours=1)
    Session.objects.create(session_key=ended, session_data="", expire_date=now - hour)
    Session.objects.create(session_key=alive, session_data="", expire_date=now + hour)

    forget_old_credentials(at=now)

    left = Session.objects.filter(session_key__in=[ended, alive])
    assert [session.session_key for session in left] == [alive]
