"""Accounts: signing up, logging in, tokens, passwords, and being known."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic_core import from_json

from commands.errors import Malformed
from commands.parsing import parse_command, parse_object
from commands.registry import get_registration
from graph.people import services
from graph.people.errors import (
    Locked,
    PersonNotFound,
    UsernameTaken,
    WeakPassword,
    WrongCredentials,
)
from graph.people.models import Person, Token
from graph.people.selectors import find_identity
from graph.people.services import digest_token
from outbox.models import Event
from tests.calls import call, send
from tests.people import make_people
from tests.threads import at_once

PASSWORD = "correct horse battery"


def sign_up(at: datetime, **fields: Any) -> dict[str, Any]:
    terms = {"username": f"li-{uuid4().hex[:8]}", "password": PASSWORD, "name": "Li Wei"}
    answer: dict[str, Any] = call(None, "account.create", at=at, **(terms | fields))
    return answer


def speaks_for(token: str, at: datetime) -> UUID | None:
    identity = find_identity(digest=digest_token(token), at=at)
    return identity.person_id if identity else None


def test_signing_up_gives_a_person_and_a_token(now: datetime) -> None:
    answer = sign_up(now, name="  Li Wei ", email="li@example.org", language="zh")

    person = answer["person"]
    assert person["name"] == "Li Wei"
    assert speaks_for(answer["token"], now) == UUID(person["id"])
    me = call(UUID(person["id"]), "me.get", at=now)
    assert me == {
        "person": person, "tier": "basic", "roles": [], "settings": {}, "language": "zh",
        "email": "li@example.org",
    }  # fmt: skip


def test_a_token_is_kept_as_a_digest_and_ends_after_30_days(now: datetime) -> None:
    token = sign_up(now)["token"]
    days = timedelta(days=30)

    assert speaks_for(token, now + days - timedelta(seconds=1)) is not None
    assert speaks_for(token, now + days) is None
    assert not Token.objects.filter(digest=token.encode()[:32]).exists()


@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_a_username_is_taken_whatever_its_case(now: datetime, change: Any) -> None:
    username = f"zoë-{uuid4().hex[:8]}"
    sign_up(now, username=username)

    with pytest.raises(UsernameTaken) as caught:
        sign_up(now, username=change(username))

    assert caught.value.code == "account.username_taken"
    assert Person.objects.filter(username__in=[username, change(username)]).count() == 1


def test_of_many_who_want_one_username_at_once_one_gets_it(now: datetime) -> None:
    username = f"li-{uuid4().hex[:8]}"

    answers = at_once([lambda: sign_up(now, username=username)] * 4)

    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert sum(isinstance(answer, UsernameTaken) for answer in answers) == 3


@pytest.mark.parametrize("password", ["short", "password", "1234567890", "weakling-li"])
def test_a_password_that_is_easy_to_guess_is_refused(now: datetime, password: str) -> None:
    username = f"weakling-li-{uuid4().hex[:4]}"

    with pytest.raises(WeakPassword) as caught:
        sign_up(now, username=username, password=password)

    assert caught.value.code == "account.weak_password"
    assert caught.value.detail["reason"]
    assert not Person.objects.filter(username=username).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "x"), ("username", "x" * 33), ("username", "a b"), ("username", "a@b"),
        ("username", "../etc"), ("name", ""), ("name", " \u200b "), ("name", "x" * 65),
        ("email", "nobody"), ("language", "de"), ("password", ""), ("password", "x" * 257),
    ],
)  # fmt: skip
def test_what_one_cannot_be_called_is_refused(now: datetime, field: str, value: str) -> None:
    with pytest.raises(Malformed) as caught:
        sign_up(now, **{field: value})

    assert caught.value.detail["field"] == field


def test_logging_in_from_a_script_gives_a_token(now: datetime) -> None:
    person = sign_up(now)["person"]

    answer = call(
        None, "token.create", at=now, username=person["username"].upper(), password=PASSWORD
    )

    assert answer["person"] == person
    assert speaks_for(answer["token"], now) == UUID(person["id"])


@pytest.mark.parametrize("exists", [True, False])
def test_wrong_credentials_do_not_tell_who_exists(now: datetime, exists: bool) -> None:
    username = sign_up(now)["person"]["username"] if exists else f"nobody-{uuid4().hex[:8]}"

    with pytest.raises(WrongCredentials) as caught:
        call(None, "token.create", at=now, username=username, password="wrong")

    assert (caught.value.code, caught.value.status) == ("auth.wrong_credentials", 401)
    assert caught.value.detail == {}


def test_too_many_wrong_passwords_lock_the_username_for_a_while(
    now: datetime, settings: Any
) -> None:
    settings.LOGIN_TRIES = 3
    username = sign_up(now)["person"]["username"]
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            call(None, "token.create", at=now, username=username.upper(), password="wrong")

    with pytest.raises(Locked) as caught:
        call(None, "token.create", at=now, username=username, password=PASSWORD)

    assert (caught.value.code, caught.value.retryable) == ("auth.locked", True)
    assert 1 <= caught.value.retry_after_ms <= settings.LOGIN_TRIES_SECONDS * 1000


def test_a_right_password_forgets_the_wrong_ones(now: datetime, settings: Any) -> None:
    settings.LOGIN_TRIES = 2
    username = sign_up(now)["person"]["username"]

    for _ in range(3):
        with pytest.raises(WrongCredentials):
            call(None, "token.create", at=now, username=username, password="wrong")
        call(None, "token.create", at=now, username=username, password=PASSWORD)


def test_a_new_password_signs_all_other_devices_out(now: datetime) -> None:
    first = sign_up(now)
    person = UUID(first["person"]["id"])
    username = first["person"]["username"]
    second = call(None, "token.create", at=now, username=username, password=PASSWORD)
    kept = Token.objects.get(digest=digest_token(second["token"]))

    services.change_password(
        person_id=person, hashed=services.check_new_password(
            person_id=person, old=PASSWORD, new="another horse entirely"
        ), credential=str(kept.id),
    )  # fmt: skip

    assert speaks_for(first["token"], now) is None
    assert speaks_for(second["token"], now) == person
    call(None, "token.create", at=now, username=username, password="another horse entirely")


def test_changing_the_password_needs_the_old_one(now: datetime) -> None:
    answer = sign_up(now)
    person = UUID(answer["person"]["id"])

    with pytest.raises(WrongCredentials):
        call(person, "account.change_password", at=now, old="wrong", new="another horse entirely")
    with pytest.raises(WeakPassword):
        call(person, "account.change_password", at=now, old=PASSWORD, new="horse")

    assert speaks_for(answer["token"], now) == person


def test_a_change_of_password_sent_again_gets_the_first_answer(now: datetime) -> None:
    person = UUID(sign_up(now)["person"]["id"])
    command_id = uuid4()
    fields = {"old": PASSWORD, "new": "another horse entirely"}

    answers = [
        send(person, "account.change_password", at=now, command_id=command_id, **fields)
        for _ in range(2)
    ]

    assert [answer.replayed for answer in answers] == [False, True]
    assert from_json(answers[0].result)["person"]["id"] == str(person)


def test_a_person_changes_what_others_see_and_how_they_like_it(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    call(person, "account.update", at=now, name="New", settings={"theme": "dark"})
    call(person, "account.update", at=now, language="zh", settings={"sound": False})

    me = call(person, "me.get", at=now)
    assert (me["person"]["name"], me["language"]) == ("New", "zh")
    assert me["settings"] == {"theme": "dark", "sound": False}
    with pytest.raises(Malformed):
        call(person, "account.update", at=now, settings={"x": "y" * 5000})


@pytest.mark.parametrize(
    "chosen",
    [
        {"a": "\x00"}, {"a\x00": 1}, {"a": [{"b": "\x00"}]}, {"a": {"\x00": 1}}, {"a": 10**400},
        {"a": [[1e300]]}, {"a": 1e-300}, {"a": 2**53 + 1},
    ],
)  # fmt: skip
def test_settings_hold_nothing_that_cannot_be_kept(now: datetime, chosen: dict[str, Any]) -> None:
    (person,) = make_people(1, at=now)
    call(person, "account.update", at=now, settings={"theme": "dark"})

    with pytest.raises(Malformed) as caught:
        call(person, "account.update", at=now, settings=chosen)

    assert caught.value.detail["field"] == "settings"
    assert call(person, "me.get", at=now)["settings"] == {"theme": "dark"}


def test_a_number_that_overflows_is_no_setting(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    update = get_registration("account.update")

    with pytest.raises(Malformed):
        parse_command(update, parse_object('{"settings": {"a": {"b": [1e400]}}}'))

    chosen = {"a": [0, 0.5, -3, True, False, None, {"b": ""}]}
    call(person, "account.update", at=now, settings=chosen)
    assert call(person, "me.get", at=now)["settings"] == chosen


def test_settings_are_bounded_together_and_null_makes_room(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for key in ("a", "b"):
        call(person, "account.update", at=now, settings={key: "x" * 1_900})

    with pytest.raises(Malformed) as caught:
        call(person, "account.update", at=now, name="New", settings={"c": "x" * 1_900})

    assert caught.value.detail["field"] == "settings"
    me = call(person, "me.get", at=now)
    assert (sorted(me["settings"]), me["person"]["name"]) == (["a", "b"], "Person 0")
    call(person, "account.update", at=now, settings={"a": None, "c": "x" * 1_900})
    assert sorted(call(person, "me.get", at=now)["settings"]) == ["b", "c"]


def test_settings_of_two_devices_at_once_are_both_kept(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    at_once(
        [
            lambda key=key: call(person, "account.update", at=now, settings={f"k{key}": key})
            for key in range(8)
        ]
    )

    assert call(person, "me.get", at=now)["settings"] == {f"k{key}": key for key in range(8)}


def test_who_is_checked_rises_in_tier_and_never_falls(now: datetime) -> None:
    person = UUID(sign_up(now)["person"]["id"])
    fields = {"name": "李伟", "phone": "+86 138 0000 0000"}

    assert call(person, "account.confirm_name", at=now, **fields) == {"tier": "real_name"}
    assert call(person, "account.confirm_document", at=now, number="1101") == {"tier": "verified"}
    assert call(person, "account.confirm_name", at=now, **fields) == {"tier": "verified"}

    found = Person.objects.get(id=person)
    assert (found.tier, found.real_name, found.version) == ("verified", "李伟", 3)
    versions = Event.objects.filter(topic="graph.person", key=person).values_list("version")
    assert sorted(versions) == [(1,), (2,), (3,)]


def test_people_are_shown_and_found_by_the_beginning_of_their_names(now: datetime) -> None:
    mark = uuid4().hex[:8]
    one = sign_up(now, username=f"{mark}one", name="Zoë 100%")["person"]
    two = sign_up(now, username=f"{mark}two", name=f"{mark} Two")["person"]
    reader = UUID(one["id"])

    def find(text: str) -> list[str]:
        found = call(reader, "person.find", at=now, text=text)["people"]
        return [person["username"] for person in found]

    assert call(reader, "person.get", at=now, person=two["id"]) == {"person": two}
    assert find(mark.upper()) == [one["username"], two["username"]]
    assert find(f"@{mark}t") == [two["username"]]
    assert find(f"{mark} tw") == [two["username"]]
    assert find(f"{mark}%") == []
    assert find(f"{mark}_ne") == []
    assert find(" ") == []


def test_somebody_who_does_not_exist_is_not_found(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(PersonNotFound) as caught:
        call(person, "person.get", at=now, person=uuid4())

    assert (caught.value.code, caught.value.status) == ("person.not_found", 404)


def test_a_role_is_given_once(now: datetime) -> None:
    person = UUID(sign_up(now)["person"]["id"])
    username = Person.objects.get(id=person).username

    for _ in range(2):
        services.grant_role(username=username.upper(), role="risk")

    assert call(person, "me.get", at=now)["roles"] == ["risk"]
    with pytest.raises(PersonNotFound):
        services.grant_role(username=f"nobody-{uuid4().hex[:8]}", role="risk")
