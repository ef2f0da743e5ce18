"""Who may find whom, and who sees whose friends: every way to a person keeps to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from graph.finding.errors import FriendsHidden
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from outbox.notices.models import Notice
from tests.calls import call
from tests.graph.projection.rows import run
from tests.graph.worlds import make_friendships
from tests.people import befriend, level_graph, make_group, make_people
from wallet.accounts.ties import have_paid


def username(person: UUID) -> str:
    return Person.objects.get(id=person).username


def finds(reader: UUID, person: UUID, *, at: datetime) -> bool:
    found = call(reader, "person.find", at=at, text=username(person))["people"]
    return [one["id"] for one in found] == [str(person)]


def shows(reader: UUID, person: UUID, *, at: datetime) -> bool:
    try:
        return bool(call(reader, "person.get", at=at, person=person)["person"]["name"])
    except PersonNotFound:
        return False


def suggests(reader: UUID, person: UUID, *, at: datetime) -> bool:
    found = call(reader, "friend.suggest", at=at)["suggestions"]
    return str(person) in [one["person"] for one in found]


@pytest.fixture
def circle(now: datetime) -> dict[str, UUID]:
    """
    friend -- person -- friend,  friend -- near,  far knows nobody of them
    """
    person, friend, near, far = make_people(4, at=now)
    befriend([(person, friend), (friend, near)], at=now)
    return {"person": person, "friend": friend, "near": near, "far": far}


@pytest.mark.parametrize(
    ("found_by", "who"),
    [
        ("everybody", {"friend", "near", "far"}),
        ("friends_of_friends", {"friend", "near"}),
        ("nobody", {"friend"}),
    ],
)
def test_only_who_may_find_somebody_does(
    now: datetime, circle: dict[str, UUID], found_by: str, who: set[str]
) -> None:
    person = circle.pop("person")
    shown = call(person, "privacy.set", at=now, found_by=found_by)["privacy"]
    assert shown["found_by"] == found_by
    level_graph()

    assert {name for name, reader in circle.items() if finds(reader, person, at=now)} == who
    assert {name for name, reader in circle.items() if shows(reader, person, at=now)} == who
    assert finds(person, person, at=now)
    is_suggested = suggests(circle["near"], person, at=now)
    assert is_suggested == (found_by != "nobody")


def test_who_may_not_be_found_is_left_out_before_the_graph_has_heard_of_it(
    now: datetime, circle: dict[str, UUID]
) -> None:
    level_graph()
    assert suggests(circle["near"], circle["person"], at=now)

    call(circle["person"], "privacy.set", at=now, found_by="nobody")

    assert not suggests(circle["near"], circle["person"], at=now)
    level_graph()
    query = "MATCH (person:Person {id: $id}) RETURN person.findable AS found"
    assert run(query, id=str(circle["person"])) == [{"found": False}]


def test_who_met_somebody_is_shown_them_all_the_same(now: datetime) -> None:
    hidden, roommate, payee, asked, stranger = make_people(5, at=now, funds=1_000)
    make_group([roommate, hidden], at=now)
    call(roommate, "friend.remove", at=now, person=hidden)
    call(hidden, "transfer.send", at=now, to=payee, amount=5)
    call(hidden, "friend.ask", at=now, person=asked)
    call(hidden, "privacy.set", at=now, found_by="nobody")

    assert [shows(one, hidden, at=now) for one in (roommate, payee, asked, stranger)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not finds(roommate, hidden, at=now)


def test_a_payment_of_long_ago_still_has_a_name(now: datetime) -> None:
    payer, payee, stranger = make_people(3, at=now, funds=1_000)
    transfer = call(payer, "transfer.send", at=now, to=payee, amount=5)["transfer"]
    call(payee, "transfer.accept", at=now, transfer=transfer["id"])
    Notice.objects.filter(owner__in=[payer, payee]).delete()
    call(payer, "privacy.set", at=now, found_by="nobody")

    assert have_paid(payee, payer)
    assert not have_paid(payee, stranger)
    assert shows(payee, payer, at=now)


def test_the_staff_sees_everybody(now: datetime) -> None:
    hidden, staff = make_people(2, at=now)
    call(hidden, "privacy.set", at=now, found_by="nobody")
    assert not shows(staff, hidden, at=now)

    Person.objects.filter(id=staff).update(roles=["staff"])

    assert shows(staff, hidden, at=now)


def test_what_is_left_out_stays_and_nothing_changed_is_no_change(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    call(person, "privacy.set", at=now, found_by="nobody", friends_seen_by="friends")
    version = Person.objects.get(id=person).version

    shown = call(person, "privacy.set", at=now, friends_seen_by="friends")["privacy"]

    assert shown == {
        "found_by": "nobody", "found_by_phone": "nobody", "friends_seen_by": "friends",
    }  # fmt: skip
    assert call(person, "privacy.get", at=now)["privacy"] == shown
    assert Person.objects.get(id=person).version == version


def test_many_hidden_people_do_not_hide_those_behind_them(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is shown to friends of friends alone stands before the two who are found."""
    monkeypatch.setattr("graph.finding.selectors.FOUND_AT_MOST", 2)
    monkeypatch.setattr("graph.finding.selectors.PAGES", 1)
    reader, *people = make_people(7, at=now)
    mark = username(people[0]).partition("-")[2]
    for place, person in enumerate(people):
        name = f"{mark}{place}"
        Person.objects.filter(id=person).update(username=name, found_by="friends_of_friends")
    Person.objects.filter(id=people[4]).update(found_by="everybody")
    make_friendships([(reader, people[5])], at=now)

    found = call(reader, "person.find", at=now, text=mark)["people"]

    assert [one["id"] for one in found] == [str(people[4]), str(people[5])]
    # The graph heard nothing of what this test did behind its back.
    Person.objects.filter(id__in=people).update(found_by="everybody")


# --- Friends of others ---------------------------------------------------------------------------


def friends_seen(reader: UUID, person: UUID, *, at: datetime) -> list[str] | str:
    try:
        found = call(reader, "person.friends", at=at, person=person)
    except FriendsHidden as refusal:
        return refusal.code
    return [one["id"] for one in found["people"]]


HIDDEN = "friend.list_hidden"


@pytest.mark.parametrize(
    ("seen_by", "friend_sees", "far_sees"),
    [("everybody", True, True), ("friends", True, False), ("nobody", False, False)],
)
def test_only_who_may_see_somebodys_friends_does(
    now: datetime, seen_by: str, friend_sees: bool, far_sees: bool
) -> None:
    person, friend, other, far = make_people(4, at=now)
    befriend([(person, friend), (person, other)], at=now)
    call(person, "privacy.set", at=now, friends_seen_by=seen_by)
    everybody = sorted(str(one) for one in (friend, other))

    assert friends_seen(friend, person, at=now) == (everybody if friend_sees else HIDDEN)
    assert friends_seen(far, person, at=now) == (everybody if far_sees else HIDDEN)
    assert friends_seen(person, person, at=now) == everybody


@pytest.mark.parametrize("seen_by", ["friends", "nobody"])
def test_a_friendship_is_shown_only_where_both_sides_show_it(now: datetime, seen_by: str) -> None:
    person, shy, reader = make_people(3, at=now)
    befriend([(person, shy)], at=now)
    call(shy, "privacy.set", at=now, friends_seen_by=seen_by)

    assert friends_seen(reader, person, at=now) == []
    befriend([(reader, shy)], at=now)
    assert friends_seen(reader, person, at=now) == ([str(shy)] if seen_by == "friends" else [])


def test_friends_are_listed_page_by_page(now: datetime) -> None:
    person, reader, *others = make_people(7, at=now)
    befriend([(person, other) for other in others], at=now)

    first = call(reader, "person.friends", at=now, person=person, limit=3)
    last = first["people"][-1]["id"]
    second = call(reader, "person.friends", at=now, person=person, limit=3, after=last)

    assert (first["more"], second["more"]) == (True, False)
    listed = [one["id"] for one in first["people"] + second["people"]]
    assert listed == sorted(str(other) for other in others)


def in_common(reader: UUID, person: UUID, *, at: datetime) -> tuple[list[str], list[str]]:
    found = call(reader, "friend.in_common", at=at, person=person)
    assert found["friend_count"] == len(found["friends"])
    return [one["id"] for one in found["friends"]], [one["room"] for one in found["rooms"]]


def test_friends_and_groups_in_common_are_shown(now: datetime) -> None:
    """
    one -- shared -- other,  one -- alone;  a group of shared, one and other, and one without other
    """
    one, other, shared, alone = make_people(4, at=now)
    befriend([(one, shared), (shared, other), (one, alone)], at=now)
    room = make_group([shared, one, other], at=now)
    make_group([shared, one], at=now)

    assert in_common(one, other, at=now) == ([str(shared)], [str(room)])
    assert in_common(other, one, at=now) == ([str(shared)], [str(room)])
    assert in_common(one, one, at=now) == ([], [])
    call(other, "room.leave", at=now, room=room)
    assert in_common(one, other, at=now) == ([str(shared)], [])


@pytest.mark.parametrize(
    ("who", "seen_by", "is_seen"),
    [
        ("other", "friends", False),
        ("other", "nobody", False),
        ("shared", "friends", True),
        ("shared", "nobody", False),
    ],
)
def test_friends_in_common_keep_to_both_sides(
    now: datetime, who: str, seen_by: str, is_seen: bool
) -> None:
    one, other, shared = make_people(3, at=now)
    befriend([(one, shared), (shared, other)], at=now)
    people: dict[str, Any] = {"other": other, "shared": shared}
    call(people[who], "privacy.set", at=now, friends_seen_by=seen_by)
    level_graph()

    assert in_common(one, other, at=now)[0] == ([str(shared)] if is_seen else [])
    assert suggests(one, other, at=now) == is_seen


def test_who_has_left_is_no_friend_in_common(now: datetime) -> None:
    one, other, shared = make_people(3, at=now)
    befriend([(one, shared), (shared, other)], at=now)
    level_graph()
    Person.objects.filter(id=shared).update(closed_at=now)

    assert in_common(one, other, at=now) == ([], [])
    assert not suggests(one, other, at=now)
    Person.objects.filter(id=shared).update(closed_at=None)


def test_what_one_shares_with_who_is_hidden_is_not_told(now: datetime) -> None:
    hidden, reader = make_people(2, at=now)
    call(hidden, "privacy.set", at=now, found_by="nobody")

    for command in ("friend.in_common", "person.friends"):
        with pytest.raises(PersonNotFound):
            call(reader, command, at=now, person=hidden)


def test_who_is_blocked_is_listed_to_who_blocked_them(now: datetime) -> None:
    person, blocked, other = make_people(3, at=now)
    call(person, "person.block", at=now, person=blocked, on=True)

    assert [one["id"] for one in call(person, "person.blocked", at=now)["people"]] == [str(blocked)]
    assert call(blocked, "person.blocked", at=now)["people"] == []
    assert call(other, "person.blocked", at=now)["people"] == []
