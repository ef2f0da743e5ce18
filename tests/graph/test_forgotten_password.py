"""A forgotten password: a link by mail, sent by the worker, valid once and not for long."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core import mail

from commands.errors import Malformed
from graph.people.errors import Locked, ResetLinkInvalid
from graph.people.models import Person
from outbox.delivery import deliver_due
from outbox.models import Event
from tests.calls import call
from tests.graph.test_accounts import sign_up, speaks_for
from tests.people import make_people


def deliver_mail(at: datetime | None = None) -> None:
    """Send what waits, as the worker does."""
    moment = at or datetime.now(UTC) + timedelta(seconds=1)
    deliver_due("mail", clock=lambda: moment)


def letters_to(email: str) -> list[Any]:
    return [letter for letter in mail.outbox if letter.to == [email]]


def person_with_mail(at: datetime) -> str:
    email = f"li-{uuid4().hex[:8]}@example.org"
    (person,) = make_people(1, at=at)
    Person.objects.filter(id=person).update(email=email)
    return email


def test_a_forgotten_password_is_set_by_a_link_that_works_once(now: datetime) -> None:
    email = f"li-{uuid4().hex[:8]}@example.org"
    answer = sign_up(now, email=email)
    username = answer["person"]["username"]

    assert call(None, "account.ask_reset", at=now, email=email.upper()) == {}

    deliver_mail()
    (letter,) = letters_to(email)
    (link,) = re.findall(r"http\S+/reset\?\S+", letter.body)
    query = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
    assert query["person"] == answer["person"]["id"]
    new = "another horse entirely"
    call(None, "account.reset_password", at=now, **query, new=new)
    assert speaks_for(answer["token"], now) is None
    call(None, "token.create", at=now, username=username, password=new)

    with pytest.raises(ResetLinkInvalid) as caught:
        call(None, "account.reset_password", at=now, **query, new="yet another horse")
    assert caught.value.code == "account.reset_invalid"


def test_asking_for_a_link_does_not_tell_who_exists(now: datetime) -> None:
    before = len(mail.outbox)

    answer = call(None, "account.ask_reset", at=now, email=f"nobody-{uuid4().hex[:8]}@example.org")

    deliver_mail()
    assert answer == {}
    assert len(mail.outbox) == before


def test_nobody_is_found_by_an_empty_address(now: datetime) -> None:
    sign_up(now)
    before = len(mail.outbox)

    with pytest.raises(Malformed) as caught:
        call(None, "account.ask_reset", at=now, email="")

    deliver_mail()
    assert caught.value.detail["field"] == "email"
    assert len(mail.outbox) == before


def test_a_letter_is_sent_by_the_worker_and_once_the_server_is_there(
    now: datetime, settings: Any
) -> None:
    email = person_with_mail(now)
    call(None, "account.ask_reset", at=now, email=email)
    assert letters_to(email) == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    soon = datetime.now(UTC) + timedelta(seconds=1)
    deliver_mail(soon)
    assert Event.objects.filter(lane="mail", payload__email=email).count() == 1

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_mail(soon + timedelta(seconds=11))

    assert len(letters_to(email)) == 1
    assert not Event.objects.filter(lane="mail", payload__email=email).exists()


def test_a_letter_that_waited_for_too_long_is_not_sent(now: datetime) -> None:
    email = person_with_mail(now)
    call(None, "account.ask_reset", at=now, email=email)

    deliver_mail(now + timedelta(hours=1, seconds=1))

    assert letters_to(email) == []
    assert not Event.objects.filter(lane="mail", payload__email=email).exists()


def test_an_unknown_address_leaves_the_same_work_behind(now: datetime) -> None:
    known, unknown = person_with_mail(now), f"nobody-{uuid4().hex}@example.org"

    for email in (known, unknown):
        call(None, "account.ask_reset", at=now, email=email)

    waiting = Event.objects.filter(lane="mail", payload__email__in=[known, unknown])
    assert waiting.count() == 2
    deliver_mail()
    assert (len(letters_to(known)), len(letters_to(unknown))) == (1, 0)


@pytest.mark.parametrize("exists", [True, False])
def test_asking_on_and_on_is_refused_in_whatever_case(
    now: datetime, settings: Any, exists: bool
) -> None:
    settings.LOGIN_TRIES = 2
    email = person_with_mail(now) if exists else f"nobody-{uuid4().hex}@example.org"
    call(None, "account.ask_reset", at=now, email=email)
    call(None, "account.ask_reset", at=now, email=email.upper())

    with pytest.raises(Locked):
        call(None, "account.ask_reset", at=now, email=email.title())

    deliver_mail()
    assert len(letters_to(email)) == (2 if exists else 0)
