"""`manage.py load_trust`: a graph of trust from a file, all of it or nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from graph.friends.events import FRIENDSHIP
from graph.friends.models import Friendship, Status
from graph.limits import arrival
from graph.limits.arrival import LOADED
from graph.limits.names import derive_username, find_named, name_people
from graph.limits.selectors import find_flow
from graph.people.events import PERSON
from graph.people.models import Person
from graph.projection.checking import compare_all
from graph.trust.events import LINE
from graph.trust.models import Line
from outbox.models import Event
from tests.graph.away import neo4j_away
from tests.people import befriend, lend, level_graph, make_people, trust

pytestmark = pytest.mark.usefixtures("patient")

HEADER = "from,to,capacity"


@pytest.fixture
def mark() -> str:
    """Return a beginning for the names of one test."""
    return uuid4().hex[:8]


@pytest.fixture(autouse=True)
def nothing_left_on_its_way() -> Iterator[None]:
    yield
    level_graph()
    Event.objects.filter(topic=LOADED).delete()


Load = Callable[..., str]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return a function that writes lines to a file and loads it; it returns what was said."""

    def run(
        *lines: str,
        header: str = HEADER,
        options: tuple[str, ...] = (),
        out: StringIO | None = None,
    ) -> str:
        path = tmp_path / "trust.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        out = out or StringIO()
        call_command("load_trust", str(path), *options, stdout=out, stderr=out)
        return out.getvalue()

    return run


def refused(load: Load, *lines: str, **more: Any) -> tuple[str, list[str]]:
    """Return what a load is refused with, and what it said line by line."""
    said = StringIO()
    with pytest.raises(CommandError) as error:
        load(*lines, out=said, **more)
    assert error.value.returncode == 1
    return str(error.value), said.getvalue().splitlines()


def lines_of(mark: str) -> list[tuple[str, str, int, str, int]]:
    rows = Line.objects.filter(giver__username__startswith=mark).select_related("giver", "receiver")
    return sorted(
        (line.giver.name, line.receiver.name, line.capacity, line.lenders, line.version)
        for line in rows
    )


def test_people_friendships_and_lines_are_made_and_served_from_neo4j(
    load: Load, mark: str, now: datetime
) -> None:
    """
    a --500--> b --300--> c,  a --50--> c
    """
    a, b, c = (f"{mark}-{one}" for one in "abc")

    said = load(f"500,{a},{b}", f"300,{b},{c}", f"50,{a},{c}", header="capacity,from,to")

    assert said == (
        "3 people, 3 friendships and 3 lines made; 0 lines changed, 0 as they were; 0 skipped\n"
    )
    assert lines_of(mark) == [(a, b, 500, "any", 1), (a, c, 50, "any", 1), (b, c, 300, "any", 1)]
    people = find_named([a, b, c])
    for name, person_id in people.items():
        person = Person.objects.get(id=person_id)
        assert (person.username, person.name, person.tier) == (name, name, "basic")
        assert not person.has_usable_password()
    assert not Event.objects.filter(lane="graph", subjects__overlap=list(people.values())).exists()
    flow = find_flow(lender_id=people[a], borrower_id=people[c], at=now)
    assert (flow.source, flow.value, flow.direct) == ("neo4j", 350, 50)
    level_graph()
    for kind in (PERSON, FRIENDSHIP, LINE):
        assert compare_all(kind=kind, most=3) == []


def test_the_same_file_again_changes_nothing_and_a_changed_capacity_is_set(
    load: Load, mark: str, now: datetime
) -> None:
    a, b, c = (f"{mark}-{one}" for one in "abc")
    load(f"{a},{b},500", f"{b},{a},20")

    again = load(f"{a},{b},500", f"{b},{a},20")
    assert again.startswith("0 people, 0 friendships and 0 lines made; 0 lines changed, 2 as they")
    assert lines_of(mark) == [(a, b, 500, "any", 1), (b, a, 20, "any", 1)]

    changed = load(f"{a},{b},400", f"{a},{c},7", options=("--tier", "verified"))
    assert changed.startswith(
        "1 people, 1 friendships and 1 lines made; 1 lines changed, 0 as they"
    )
    assert lines_of(mark) == [(a, b, 400, "any", 2), (a, c, 7, "any", 1), (b, a, 20, "any", 1)]
    assert Person.objects.get(username=c).tier == "verified"
    people = find_named([a, b])
    flow = find_flow(lender_id=people[a], borrower_id=people[b], at=now)
    assert (flow.source, flow.value) == ("neo4j", 400)


def test_who_has_signed_up_is_found_by_username_and_names_differ_by_case(
    load: Load, mark: str, now: datetime
) -> None:
    ids = make_people(2, at=now)
    own = Person.objects.get(id=ids[0])
    Person.objects.filter(id=ids[0]).update(username=f"Own-{mark}")
    asked, fresh = f"Own-{mark}", f"{mark}-7"

    load(f"{asked},{fresh},5", f"{fresh.upper()},{fresh},6", f"Żółw {mark},{fresh},7")

    found = find_named([asked, fresh, fresh.upper(), f"Żółw {mark}", f"nobody-{mark}"])
    assert found[asked] == own.id
    assert len(set(found.values())) == 4
    assert derive_username(f"Żółw {mark}").startswith("named-")
    assert Person.objects.get(id=found[f"Żółw {mark}"]).name == f"Żółw {mark}"
    assert name_people(found.values()) == {person_id: name for name, person_id in found.items()}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{a},{b}", "2 values under 3 columns."),
        ("{a},{b},5,6", "4 values under 3 columns."),
        ("{a},{b},-1", "the capacity is negative."),
        ("{a},{b},", "the capacity is missing."),
        ("{a},{b},1.5", "the capacity '1.5' is not an integer (minor units)."),
        ("{a},{b},1e3", "the capacity '1e3' is not an integer (minor units)."),
        ("{a},{b},1000000000000001", "the capacity is more than 1,000,000,000,000,000."),
        ("{a},{b}," + "9" * 5_000, "the capacity is more than 1,000,000,000,000,000."),
        (",{b},5", "a name is missing."),
        ("{a}," + "x" * 65 + ",5", "a name is longer than 64 characters."),
        ("{a},\x07,5", "a name holds characters that cannot be seen."),
        ("{a},{a},5", "{a} would stand behind themselves."),
        ("{b},{c},9", "{b} and {c} stand in line 2 already."),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_written(
    load: Load, mark: str, line: str, reason: str
) -> None:
    names = {one: f"{mark}-{one}" for one in "abc"}
    good = "{b},{c},5".format(**names)

    why, said = refused(load, good, line.format(**names))

    assert why.startswith("Nothing was loaded: 1 lines cannot be used")
    assert f"line 3: {reason.format(**names)}" in said
    assert find_named(names.values()) == {}


def test_bad_lines_can_be_left_out(load: Load, mark: str) -> None:
    a, b = f"{mark}-a", f"{mark}-b"

    said = load(f"{a},{b},5", f"{a},{a},5", f"{a},{b},6", options=("--skip-bad",))

    assert said.splitlines()[:2] == [
        f"line 3: {a} would stand behind themselves.",
        f"line 4: {a} and {b} stand in line 2 already.",
    ]
    assert said.endswith("0 as they were; 2 skipped\n")
    assert lines_of(mark) == [(a, b, 5, "any", 1)]


def test_the_first_twenty_bad_lines_are_shown(load: Load, mark: str) -> None:
    _, said = refused(load, *[f"{mark},{mark}-b,x"] * 22)

    assert len([line for line in said if line.startswith("line ")]) == 20
    assert "… and 2 more that cannot be used" in said


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("from,to", "line 1: the column capacity is not there"),
        ("from,to,to,capacity", "line 1: the column to is twice there"),
    ],
)
def test_a_header_names_each_column_once(load: Load, mark: str, header: str, why: str) -> None:
    assert refused(load, f"{mark},{mark}-b,5", header=header)[0].startswith(why)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trust.csv"
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_trust", str(path))
    path.write_bytes(b"from,to,capacity\na,\xff\xfe,5\n")
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("load_trust", str(path))


def test_a_line_never_falls_below_what_open_loans_use(load: Load, mark: str, now: datetime) -> None:
    lender, borrower = make_people(2, at=now, funds=1_000)
    trust(lender, borrower, 500, at=now)
    lend(lender, borrower, 300, at=now)
    one, other = name_people([lender, borrower])[lender], name_people([borrower])[borrower]

    _, said = refused(load, f"{one},{other},299", f"{one},{mark},5")
    assert "line 2: open loans use 300 of this line; it cannot go below that." in said
    assert find_named([mark]) == {}

    skipped = load(f"{one},{other},299", f"{one},{mark},5", options=("--skip-bad",))
    assert skipped.startswith("line 2: open loans use 300")
    assert find_named([mark]) != {}
    assert Line.objects.get(giver_id=lender, receiver_id=borrower).capacity == 500

    load(f"{one},{other},300")
    assert Line.objects.get(giver_id=lender, receiver_id=borrower).free == 0


def test_lines_between_people_who_blocked_each_other_or_have_left_are_refused(
    load: Load, mark: str, now: datetime
) -> None:
    from graph.friends.services import block

    a, b, gone = make_people(3, at=now)
    block(person_id=a, other=b, on=True, at=now)
    Person.objects.filter(id=gone).update(closed_at=now)
    names = name_people([a, b, gone])

    _, said = refused(load, f"{names[b]},{names[a]},5", f"{names[a]},{names[gone]},5")

    assert f"line 2: one of {names[b]} and {names[a]} has blocked the other." in said
    assert f"line 3: one of {names[a]} and {names[gone]} has left." in said


def test_a_friendship_that_ended_begins_again(load: Load, now: datetime) -> None:
    from graph.friends.services import remove

    a, b = make_people(2, at=now)
    befriend([(a, b)], at=now)
    remove(person_id=a, other=b, at=now)
    names = name_people([a, b])

    said = load(f"{names[a]},{names[b]},5")

    assert said.startswith("0 people, 1 friendships and 1 lines made")
    friendship = Friendship.objects.get(low_id=min(a, b), high_id=max(a, b))
    assert (friendship.status, friendship.version) == (Status.FRIENDS, 3)


def test_a_load_waits_for_a_neo4j_that_is_away(load: Load, mark: str, now: datetime) -> None:
    with neo4j_away():
        said = load(f"{mark}-a,{mark}-b,500")
    assert said.endswith("until the worker has brought it all.\n")

    level_graph()

    people = find_named([f"{mark}-a", f"{mark}-b"])
    flow = find_flow(lender_id=people[f"{mark}-a"], borrower_id=people[f"{mark}-b"], at=now)
    assert (flow.source, flow.value) == ("neo4j", 500)


def test_a_load_that_fails_leaves_nothing(
    load: Load, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(arrival, "announce", fail)
    with pytest.raises(OSError, match="no space"):
        load(f"{mark}-a,{mark}-b,500")

    assert find_named([f"{mark}-a", f"{mark}-b"]) == {}


def test_outside_development_it_has_to_be_meant(
    load: Load, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_ENV", "production")
    with pytest.raises(CommandError, match="not development"):
        load(f"{mark}-a,{mark}-b,500")

    assert load(f"{mark}-a,{mark}-b,500", options=("--force",)).startswith("2 people")
