"""Places as the doors note them: at first and when the address changes; no command fails for it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from chat.doors import places
from chat.doors.identity import SignedIn
from tests.people import make_people
from wallet.screening.models import Place

SHANGHAI, PARIS = "31.23,121.47,CN", "48.86,2.35,FR"


def make_caller() -> SignedIn:
    (person,) = make_people(1, at=datetime.now(UTC))
    return SignedIn(person, str(uuid4()))


def note(caller: SignedIn, hint: str, address: str = "192.0.2.1") -> None:
    places.note_place_now_and_then(caller, address=address, hint=hint, at=datetime.now(UTC))


def count(person: UUID) -> int:
    return Place.objects.filter(person_id=person).count()


def test_the_same_place_is_noted_once_and_another_one_at_once() -> None:
    caller = make_caller()

    for hint in (SHANGHAI, SHANGHAI, "31.23,121.48,CN"):
        note(caller, hint)
    note(caller, "31.23,121.48,CN", address="192.0.2.2")

    assert count(caller.person_id) == 3


def test_a_place_that_cannot_be_noted_fails_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = make_caller()

    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(places, "note_place", broken)
    note(caller, PARIS)

    assert count(caller.person_id) == 0
    assert not places.is_place_due(caller, address="192.0.2.1", hint=PARIS)


def test_a_socket_says_where_it_is_in_its_handshake() -> None:
    assert places.read_hint({b"kith-place": SHANGHAI}) == SHANGHAI
    assert places.read_hint({}) == ""
