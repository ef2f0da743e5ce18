"""Logging in: who is found by which spelling, and how wrong tries are counted."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commands.errors import Malformed
from config import settings as own
from graph.people.errors import Locked, WrongCredentials
from graph.people.models import Person
from graph.people.selectors import find_by_username, list_by_email
from tests.calls import call
from tests.people import make_people

PASSWORD = "correct horse battery"


def make_person(at: datetime, username: str, email: str = "") -> Person:
    (person_id,) = make_people(1, at=at)
    changes = {"username": username, "email": email, "password": make_password(PASSWORD)}
    Person.objects.filter(id=person_id).update(**changes)
    return Person.objects.get(id=person_id)


def try_to_log_in(at: datetime, username: str, password: str) -> Any:
    return call(None, "token.create", at=at, username=username, password=password)


def test_a_spelling_that_finds_somebody_is_counted_for_them(now: datetime, settings: Any) -> None:
    """In upper case a dotless i is a plain one, and so PostgreSQL may find one by the other."""
    settings.LOGIN_TRIES = 3
    mark = uuid4().hex[:8]
    make_person(now, f"mimi-{mark}")
    spellings = [f"mimi-{mark}", f"MIMI-{mark}", f"M\u0130MI-{mark}"]
    found = [name for name in spellings if find_by_username(username=name)]
    assert f"MIMI-{mark}" in found

    for number in range(3):
        with pytest.raises(WrongCredentials):
            try_to_log_in(now, found[number % len(found)], "wrong")

    for name in found:
        with pytest.raises(Locked):
            try_to_log_in(now, name, PASSWORD)


def test_a_dotless_i_is_another_letter(now: datetime) -> None:
    mark = uuid4().hex[:8]
    make_person(now, f"mimi-{mark}")

    assert find_by_username(username=f"m\u0131m\u0131-{mark}") is None
    with pytest.raises(WrongCredentials):
        try_to_log_in(now, f"m\u0131m\u0131-{mark}", PASSWORD)


def test_people_are_found_by_the_indexes_there_are(now: datetime) -> None:
    person = make_person(now, f"li-{uuid4().hex[:8]}", email=f"Li-{uuid4().hex}@example.org")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            assert find_by_username(username=person.username.upper()) == person
            assert Person.objects.get_by_natural_key(person.username.upper()) == person
            assert list_by_email(email=person.email.upper()) == [person]
        plans = []
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append(str(cursor.fetchall()))

    by_name, natural, by_email = plans
    assert "username_taken_once" in by_name
    assert "username_taken_once" in natural
    assert "person_found_by_email" in by_email


def test_a_lock_says_how_long_it_will_last(now: datetime, settings: Any) -> None:
    settings.LOGIN_TRIES = 1
    settings.LOGIN_TRIES_SECONDS = 20
    username = make_person(now, f"li-{uuid4().hex[:8]}").username
    with pytest.raises(WrongCredentials):
        try_to_log_in(now, username, "wrong")
    settings.LOGIN_TRIES_SECONDS = 300

    with pytest.raises(Locked) as caught:
        try_to_log_in(now, username, PASSWORD)

    assert 1 <= caught.value.retry_after_ms <= 20_000


@pytest.mark.parametrize(
    ("field", "value"), [("username", "x" * 151), ("password", "x" * 1_001), ("username", "a\x00")]
)
def test_what_is_typed_to_log_in_is_not_endless(now: datetime, field: str, value: str) -> None:
    with pytest.raises(Malformed) as caught:
        call(None, "token.create", at=now, **({"username": "li", "password": "x"} | {field: value}))

    assert caught.value.detail["field"] == field


def test_passwords_cost_what_argon2_costs_outside_of_the_tests(settings: Any) -> None:
    settings.PASSWORD_HASHERS = own.PASSWORD_HASHERS

    kept = make_password(PASSWORD)

    assert type(get_hasher()) is Argon2PasswordHasher
    assert kept.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
