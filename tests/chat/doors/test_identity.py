"""Who is still signed in, by what PostgreSQL says alone."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from chat.doors.identity import SignedIn, find_by_request, find_by_token, find_signed_out
from chat.doors.sessions import BrowserSession
from graph.people.models import Browser, Person, Token
from graph.people.services import create_person, forget_old_credentials, issue_token


@pytest.fixture
def ann(now: datetime) -> Person:
    """Return a person."""
    return make_person("Ann", now)


def make_person(name: str, now: datetime) -> Person:
    return create_person(
        username=f"{name.lower()}-{uuid4().hex[:8]}", password="green-tea-for-two", name=name,
        email="", language="en", at=now,
    )  # fmt: skip


def log_in(person: Person) -> HttpRequest:
    """Return a request of a browser that has just logged in."""
    request = HttpRequest()
    request.session = SessionStore()
    BrowserSession(request).log_in(person)
    request.session.save()
    return request


def known(request: HttpRequest) -> SignedIn:
    """Return who the browser speaks for, as a socket of its own remembers it."""
    signed_in = find_by_request(request)
    assert signed_in is not None
    return signed_in


def test_tokens_end_when_they_are_revoked_or_expire(ann: Person, now: datetime) -> None:
    kept, revoked, expired = (issue_token(person_id=ann.id, at=now) for _ in range(3))
    people = [find_by_token(one.text, at=now) for one in (kept, revoked, expired)]
    Token.objects.filter(id=revoked.token.id).delete()
    Token.objects.filter(id=expired.token.id).update(expires_at=now)

    gone = find_signed_out([one for one in people if one], at=now)

    assert [one.token_id for one in gone] == [revoked.token.id, expired.token.id]


def test_browsers_end_with_their_row_their_session_and_its_time(ann: Person, now: datetime) -> None:
    kept, forgotten, ended, expired = (known(log_in(ann)) for _ in range(4))
    rows = {one: Browser.objects.get(id=one.credential) for one in (forgotten, ended, expired)}
    rows[forgotten].delete()
    Session.objects.filter(session_key=rows[ended].session_key).delete()
    Session.objects.filter(session_key=rows[expired].session_key).update(expire_date=now)

    gone = find_signed_out([kept, forgotten, ended, expired, ended], at=now)

    assert gone == [forgotten, ended, expired, ended]


def test_a_browser_keeps_its_place_when_its_key_and_its_password_change(
    ann: Person, now: datetime
) -> None:
    mine = log_in(ann)
    people = [known(mine), known(log_in(ann))]
    assert find_signed_out(people, at=now) == []

    with transaction.atomic():
        ann.set_password("another green tea")
        ann.save()
        BrowserSession(mine).keep_session(ann)

    # Before the answer, after which Django saves the session once more.
    assert find_signed_out(people, at=now) == people[1:]
    Person.objects.filter(id=ann.id).update(password="!")
    assert find_signed_out(people, at=now) == people


def test_a_session_speaks_for_nobody_else(ann: Person, now: datetime) -> None:
    bea = make_person("Bea", now)
    mine = known(log_in(ann))
    assert find_signed_out([SignedIn(bea.id, mine.credential)], at=now) != []
    Browser.objects.filter(id=mine.credential).update(person_id=bea.id)

    assert find_signed_out([mine], at=now) == [mine]


def test_browsers_of_sessions_that_ended_are_forgotten(ann: Person, now: datetime) -> None:
    kept, ended = known(log_in(ann)), known(log_in(ann))
    row = Browser.objects.get(id=ended.credential)
    past = now - timedelta(days=1)
    Session.objects.filter(session_key=row.session_key).update(expire_date=past)

    forget_old_credentials(at=now)

    rows = Browser.objects.filter(person_id=ann.id)
    assert list(rows.values_list("id", flat=True)) == [UUID(kept.credential)]
