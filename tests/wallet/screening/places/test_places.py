"""Two places at once: a leap is challenged, unless a family tie links the devices."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.database import GraphUnavailable
from graph.friends import services as friends
from graph.people.devices import note_browser
from tests.people import befriend, level_graph, make_people
from tests.wallet.screening.judging import PIN, give_pin
from tests.wallet.transfers.offers import Two
from wallet.limits.errors import PinRequired
from wallet.screening.models import Leap, Place
from wallet.screening.places import services
from wallet.screening.places.distance import kilometres_between
from wallet.screening.places.providers import LocalPlaces, NoPlaces, Whereabouts
from wallet.screening.selectors import list_decisions

SHANGHAI, BEIJING, PARIS = "31.23,121.47,CN", "39.90,116.40,CN", "48.86,2.35,FR"
HOUR = timedelta(hours=1)


def sign_in(person: UUID, *, at: datetime, machine: UUID | None = None) -> UUID:
    """Have somebody sign in by a browser, which others may do too; return the session's id."""
    return note_browser(
        person_id=person, session_key=uuid4().hex, agent="", at=at, machine=machine or uuid4()
    )


def note(person: UUID, device: UUID, where: str, *, at: datetime) -> Leap | None:
    return services.note_place(
        person_id=person, device_id=device, address="192.0.2.1", hint=where, at=at
    )


def test_distances_are_those_of_a_globe() -> None:
    shanghai, paris = Whereabouts(31.23, 121.47), Whereabouts(48.86, 2.35)
    across, beyond = Whereabouts(0, 179.5), Whereabouts(0, -179.5)

    assert round(kilometres_between(shanghai, paris)) == 9_262
    assert round(kilometres_between(across, beyond)) == 111
    assert kilometres_between(paris, paris) == 0


def test_the_provider_of_development_believes_a_place_and_nothing_else() -> None:
    def locate(hint: str) -> Whereabouts | None:
        return LocalPlaces().locate(address="192.0.2.1", hint=hint)

    assert locate(SHANGHAI) == Whereabouts(31.23, 121.47, "CN")
    assert locate("-33.9, 18.4") == Whereabouts(-33.9, 18.4)
    for nonsense in ("", "here", "91,0", "0,181", "1,2,3,4", "1;2", "nan,0"):
        assert locate(nonsense) is None
    assert NoPlaces().locate(address="192.0.2.1", hint=SHANGHAI) is None


def test_who_travels_as_people_do_makes_no_leap(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    phone, laptop = sign_in(person, at=now), sign_in(person, at=now)

    assert note(person, phone, SHANGHAI, at=now) is None
    # 1,067 km: two hours are enough, and a moment is enough within a town.
    assert note(person, laptop, BEIJING, at=now + 2 * HOUR) is None
    assert note(person, phone, "39.95,116.30", at=now + 2 * HOUR) is None
    assert note(person, phone, "somewhere", at=now + 2 * HOUR) is None

    assert Place.objects.filter(person_id=person).count() == 3
    assert not Leap.objects.filter(person_id=person).exists()


def test_two_places_at_once_ask_for_the_pin(now: datetime, settings: Any) -> None:
    settings.PLACE_SECONDS = 30
    two = Two(at=now)
    give_pin(two.sender, at=now)
    phone, other = sign_in(two.sender, at=now), sign_in(two.sender, at=now)
    level_graph()
    note(two.sender, phone, SHANGHAI, at=now - HOUR)
    leap = note(two.sender, other, PARIS, at=now)

    with pytest.raises(PinRequired):
        two.send(100)
    transfer = two.send(100, pin=PIN)

    assert leap is not None
    assert (leap.kilometres, leap.speed, leap.asked) == (9_262, 9_262, "graph")
    (kept,) = list_decisions(payment_id=transfer)
    assert (kept.outcome, kept.became) == ("challenge", "went")
    assert kept.findings[0]["rule"] == "place.two_places"
    assert kept.findings[0]["inputs"]["speed"] == 9_262


def test_a_speed_of_900_is_still_possible(now: datetime, settings: Any) -> None:
    (person,) = make_people(1, at=now)
    device = sign_in(person, at=now)
    kilometres = 1_067.1
    slow = timedelta(hours=kilometres / 899)
    fast = timedelta(hours=kilometres / 902)

    note(person, device, SHANGHAI, at=now)
    assert note(person, device, BEIJING, at=now + slow) is None
    assert note(person, device, SHANGHAI, at=now + slow + fast) is not None


def test_a_family_tie_between_the_owners_explains_it(now: datetime, settings: Any) -> None:
    # A graph that is filled by others may be slow, and a slow one explains nothing.
    settings.PLACE_SECONDS = 30
    mother, son = make_people(2, at=now, funds=100)
    befriend([(mother, son)], at=now)
    phone, machine = sign_in(mother, at=now), uuid4()
    sign_in(son, at=now, machine=machine)
    tablet = sign_in(mother, at=now, machine=machine)
    level_graph()
    note(mother, phone, SHANGHAI, at=now)
    assert note(mother, tablet, PARIS, at=now + HOUR) is not None

    friends.mark_family(person_id=mother, other=son, on=True, at=now)
    friends.mark_family(person_id=son, other=mother, on=True, at=now)
    level_graph()

    assert note(mother, phone, SHANGHAI, at=now + 2 * HOUR) is None


def test_a_graph_that_does_not_answer_explains_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = make_people(1, at=now)
    phone, other = sign_in(person, at=now), sign_in(person, at=now)

    def away(**_: object) -> bool:
        raise GraphUnavailable

    monkeypatch.setattr(services, "link_devices", away)
    note(person, phone, SHANGHAI, at=now)
    leap = note(person, other, PARIS, at=now + HOUR)

    assert leap is not None
    assert leap.asked == "default"


def test_only_a_digest_of_the_network_is_kept(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    note(person, sign_in(person, at=now), SHANGHAI, at=now)

    (place,) = Place.objects.filter(person_id=person)

    assert (place.country, place.network) == ("CN", services.digest_network("192.0.2.1"))
    assert "192" not in place.network
    assert services.digest_network("") == ""
