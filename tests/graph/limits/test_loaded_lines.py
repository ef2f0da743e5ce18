"""What a load leaves behind besides the lines: their history, and hubs as large as they were."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from graph.friends.selectors import count_friends
from graph.limits.names import find_named
from graph.limits.reach import list_present_friends
from graph.trust.models import Change, Line
from tests.calls import call

pytestmark = pytest.mark.usefixtures("patient", "nothing_left_on_its_way")

Load = Callable[..., str]


def history_of(giver: UUID, receiver: UUID) -> list[tuple[Any, ...]]:
    changes = Change.objects.filter(line__giver=giver, line__receiver=receiver)
    return list(
        changes.order_by("version").values_list("version", "kind", "by", "capacity", "lenders")
    )


def test_each_line_has_its_history_also_when_a_load_changes_it(
    load: Load, mark: str, now: datetime
) -> None:
    a, b, c = (f"{mark}-{one}" for one in "abc")
    load(f"{a},{b},500", f"{b},{c},20")
    load(f"{a},{b},400", f"{b},{c},20")

    people = find_named([a, b, c])
    giver, receiver = people[a], people[b]
    assert history_of(giver, receiver) == [
        (1, "set", giver, 500, "any"),
        (2, "set", giver, 400, "any"),
    ]
    assert history_of(receiver, people[c]) == [(1, "set", receiver, 20, "any")]
    line = Line.objects.get(giver_id=giver, receiver_id=receiver)
    assert Change.objects.get(line=line, version=2).at == line.set_at
    shown = call(giver, "trust.history", at=now, person=receiver)["changes"]
    assert [one["capacity"] for one in shown] == [400, 500]


def test_a_load_keeps_hubs_whole_and_says_so(load: Load, mark: str, settings: Any) -> None:
    settings.FRIENDS = 2
    hub, rim = f"{mark}-hub", [f"{mark}-{place}" for place in range(3)]

    small = load(f"{hub},{rim[0]},5", f"{hub},{rim[1]},6")
    assert "friends now" not in small
    said = load(f"{hub},{rim[2]},7")

    assert said.endswith(
        "1 of the people have more than 2 friends now: they make no others here,"
        " and loan.limits lists so many of them.\n"
    )
    people = find_named([hub, *rim])
    assert count_friends(person_id=people[hub]) == 3
    lending = list_present_friends(person_id=people[hub], role="lender")
    assert lending == [people[rim[2]], people[rim[1]]]
    assert len(list_present_friends(person_id=people[hub], role="borrower")) == 2
