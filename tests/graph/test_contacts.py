"""Contacts: kept with consent and for a time, matched only with who wants to be found by phone."""

from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from commands.models import Key
from graph.contacts.errors import ConsentNeeded, TooManyContacts, TooManyToday
from graph.contacts.models import Book, Contact
from graph.contacts.services import forget_old
from graph.people.phones import to_e164
from tests.calls import call, send
from tests.people import befriend, level_graph, make_people
from tests.threads import Rival

HALF_A_YEAR = timedelta(days=180)


def fresh_number() -> str:
    """Return a number that nobody else of the run has."""
    return f"+861{uuid4().int % 10**10:010d}"


def hashed(*numbers: str) -> list[str]:
    return [sha256(number.encode()).hexdigest() for number in numbers]


def confirm(person: UUID, number: str, *, at: datetime, by: str = "everybody") -> None:
    """Have the person confirm a number, and let others find them by it."""
    call(person, "account.confirm_name", at=at, name="Li Wei", phone=number)
    call(person, "privacy.set", at=at, found_by_phone=by)


def bring(person: UUID, *numbers: str, at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = call(
        person, "contacts.import", at=at, hashes=hashed(*numbers), consent=True
    )
    return found


def suggested(person: UUID, *, at: datetime) -> list[tuple[str, bool]]:
    found = call(person, "friend.suggest", at=at)["suggestions"]
    return [(one["person"], one["in_contacts"]) for one in found]


def test_a_contact_who_wants_to_be_found_by_phone_is_suggested(now: datetime) -> None:
    person, friend, other = make_people(3, at=now)
    number = fresh_number()
    confirm(friend, number, at=now)
    confirm(other, fresh_number(), at=now)

    shown = bring(person, number, fresh_number(), at=now)

    assert (shown["kept"], shown["found"], shown["country"]) == (2, 1, "86")
    assert shown["consented_at"] is not None
    assert suggested(person, at=now) == [(str(friend), True)]
    assert suggested(friend, at=now) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_confirms_the_number_later_is_found_too(now: datetime, when: str) -> None:
    person, friend = make_people(2, at=now)
    number = fresh_number()
    if when == "before":
        confirm(friend, number, at=now)
    bring(person, number, at=now)
    if when == "after":
        confirm(friend, number, at=now)

    assert suggested(person, at=now) == [(str(friend), True)]


def test_nobody_is_found_by_phone_who_has_not_chosen_it(now: datetime) -> None:
    person, friend = make_people(2, at=now)
    number = fresh_number()
    call(friend, "account.confirm_name", at=now, name="Li Wei", phone=number)
    assert call(friend, "privacy.get", at=now)["privacy"]["found_by_phone"] == "nobody"

    assert bring(person, number, at=now)["found"] == 0
    assert suggested(person, at=now) == []


def test_friends_of_friends_alone_may_find_by_phone(now: datetime) -> None:
    """
    near -- mutual -- friend,  far knows nobody
    """
    near, far, mutual, friend = make_people(4, at=now)
    befriend([(near, mutual), (mutual, friend)], at=now)
    number = fresh_number()
    confirm(friend, number, at=now, by="friends_of_friends")
    level_graph()

    assert bring(near, number, at=now)["found"] == 1
    assert bring(far, number, at=now)["found"] == 0
    assert (str(friend), True) in suggested(near, at=now)
    assert suggested(far, at=now) == []


def test_found_by_phone_and_hidden_by_name_are_two_things(now: datetime) -> None:
    person, friend = make_people(2, at=now)
    number = fresh_number()
    confirm(friend, number, at=now)
    call(friend, "privacy.set", at=now, found_by="nobody")

    bring(person, number, at=now)

    assert suggested(person, at=now) == [(str(friend), True)]
    assert call(person, "person.get", at=now, person=friend)["person"]["id"] == str(friend)


def test_contacts_are_kept_only_with_consent(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(ConsentNeeded) as caught:
        call(person, "contacts.import", at=now, hashes=hashed(fresh_number()))

    assert (caught.value.code, caught.value.status) == ("contacts.consent_needed", 403)
    assert not Contact.objects.filter(person=person).exists()
    assert call(person, "contacts.get", at=now)["kept"] == 0


def test_withdrawing_consent_deletes_everything_at_once(now: datetime) -> None:
    person, friend = make_people(2, at=now)
    number = fresh_number()
    confirm(friend, number, at=now)
    bring(person, number, at=now)

    call(person, "contacts.forget", at=now)

    assert not Contact.objects.filter(person=person).exists()
    shown = call(person, "contacts.get", at=now)
    assert (shown["kept"], shown["found"], shown["expires_at"]) == (0, 0, None)
    assert suggested(person, at=now) == []


def test_contacts_are_forgotten_after_half_a_year(now: datetime) -> None:
    person, friend, fresh = make_people(3, at=now)
    number = fresh_number()
    confirm(friend, number, at=now)
    bring(person, number, at=now)
    later = now + HALF_A_YEAR
    bring(fresh, number, at=later)

    assert call(person, "contacts.get", at=later)["kept"] == 0
    assert suggested(person, at=later) == []
    assert forget_old(at=later) >= 1
    assert not Contact.objects.filter(person=person).exists()
    assert not Book.objects.filter(person=person).exists()
    assert call(fresh, "contacts.get", at=later)["kept"] == 1


def test_what_is_kept_is_neither_the_number_nor_the_hash(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    number = fresh_number()
    command_id = uuid4()
    (sent,) = hashed(number)

    send(person, "contacts.import", at=now, command_id=command_id, hashes=[sent], consent=True)

    (kept,) = Contact.objects.filter(person=person)
    assert bytes(kept.digest) != bytes.fromhex(sent)
    assert len(bytes(kept.digest)) == 32
    key = Key.objects.get(person_id=person, command_id=command_id)
    plain = blake2b(f'["{sent}"]'.encode(), digest_size=8).hexdigest()
    assert plain not in str(key.terms)
    assert sent not in str(key.result)


def test_nobody_tries_all_numbers(now: datetime, settings: Any) -> None:
    settings.CONTACTS_PER_DAY = 3
    (person,) = make_people(1, at=now)
    bring(person, fresh_number(), fresh_number(), at=now)
    # A withdrawal does not begin the day anew.
    call(person, "contacts.forget", at=now)

    with pytest.raises(TooManyToday) as caught:
        bring(person, fresh_number(), fresh_number(), at=now)

    assert (caught.value.code, caught.value.detail) == ("contacts.too_many_today", {"most": 3})
    assert call(person, "contacts.get", at=now)["kept"] == 0
    assert bring(person, fresh_number(), at=now + timedelta(days=1))["kept"] == 1


def test_an_address_book_has_a_bound(now: datetime, settings: Any) -> None:
    settings.CONTACTS = 2
    (person,) = make_people(1, at=now)
    first, second = fresh_number(), fresh_number()
    bring(person, first, second, at=now)
    assert bring(person, second, at=now)["kept"] == 2

    with pytest.raises(TooManyContacts) as caught:
        bring(person, fresh_number(), at=now)

    assert (caught.value.code, caught.value.detail) == ("contacts.too_many", {"most": 2})
    assert call(person, "contacts.get", at=now)["kept"] == 2


def test_only_whom_suggestions_may_name_is_counted(now: datetime) -> None:
    person, friend, asked, dismissed, blocked, blocker, other = make_people(7, at=now)
    befriend([(person, friend)], at=now)
    call(person, "friend.ask", at=now, person=asked)
    call(person, "friend.dismiss", at=now, person=dismissed)
    call(person, "person.block", at=now, person=blocked, on=True)
    call(blocker, "person.block", at=now, person=person, on=True)
    numbers = {one: fresh_number() for one in (friend, asked, dismissed, blocked, blocker, other)}
    for one, number in numbers.items():
        confirm(one, number, at=now)

    shown = bring(person, *numbers.values(), at=now)

    assert (shown["kept"], shown["found"]) == (6, 1)
    assert call(person, "contacts.get", at=now)["found"] == 1
    assert suggested(person, at=now) == [(str(other), True)]


def test_a_book_thrown_away_at_that_moment_is_made_anew(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rival forgets the old book after it was found there and before it is locked."""
    (person,) = make_people(1, at=now)
    Book.objects.create(person_id=person, day=now.date() - timedelta(days=1))
    make = QuerySet.bulk_create

    with Rival() as rival:

        def make_and_lose(rows: Any, *args: Any, **more: Any) -> Any:
            made = make(rows, *args, **more)
            if rows.model is Book:
                monkeypatch.setattr(QuerySet, "bulk_create", make)
                rival.do(lambda: forget_old(at=now))
            return made

        monkeypatch.setattr(QuerySet, "bulk_create", make_and_lose)
        shown = bring(person, fresh_number(), at=now)

    assert shown["kept"] == 1
    assert Book.objects.get(person=person).day == now.date()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+86 138 0000 0000", "+8613800000000"),
        ("0086-13800000000", "+8613800000000"),
        ("138 0000 0000", "+8613800000000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("010 6552 9988", "+861065529988"),
    ],
)
def test_a_number_has_one_form(typed: str, number: str) -> None:
    assert to_e164(typed) == number
