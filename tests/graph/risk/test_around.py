"""What lies around somebody, and what a picture shows of an answer; beside plain Python."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from uuid_utils.compat import uuid7

from graph.risk.answers import answer, get_question
from graph.risk.around import EDGE
from graph.risk.picture.drawing import draw
from graph.risk.picture.page import header_policy, make_page, policy
from tests.graph.projection.rows import run

AT = 1_640_995_200_000  # 2022-01-01
MOVES = [
    # from, to, amount, minutes after AT; the first two are parallel, the fourth goes back
    (0, 1, 700, 1), (0, 1, 50, 2), (1, 2, 9, 3), (1, 0, 5, 4), (2, 2, 1, 5),
]  # fmt: skip
NAMES = [column.name for column in EDGE]


class World:
    """Two people, the first of whom owns accounts 0 and 1, the other 2; a friendship that ended,
    and a line of nothing."""

    def __init__(self) -> None:
        self.people = [str(uuid7()) for _ in range(2)]
        self.accounts = [str(uuid7()) for _ in range(3)]
        run(
            """
            UNWIND range(0, 1) AS place
            CREATE (:Person {id: $people[place], username: 'u' + place, blocked: place = 1})
            WITH count(*) AS made
            UNWIND range(0, 2) AS place
            MATCH (owner:Person {id: $people[place / 2]})
            CREATE (owner)-[:OWNS {at: $at}]->
              (:Account {id: $accounts[place], type: 'balance', blocked: place = 2})
            WITH count(*) AS owned
            UNWIND $moves AS row
            MATCH (a:Account {id: $accounts[row[0]]}), (b:Account {id: $accounts[row[1]]})
            CREATE (a)-[:TRANSFERRED {id: $accounts[0] + row[3], amount: row[2], currency: 'CNY',
              kind: 'transfer.send', at: $at + row[3] * 60000}]->(b)
            WITH count(*) AS moved
            MATCH (a:Person {id: $people[0]}), (b:Person {id: $people[1]})
            CREATE (a)-[:FRIEND {id: $people[0], live: false}]->(b),
              (a)-[:TRUSTS {id: $people[0], capacity: 0}]->(b)
            """,
            people=self.people, accounts=self.accounts, moves=MOVES, at=AT,
        )  # fmt: skip

    def forget(self) -> None:
        run("MATCH (n) WHERE n.id IN $ids DETACH DELETE n", ids=self.people + self.accounts)

    def plain_edges(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return by ends and type how often and how much: the picture of the whole world."""
        edges: dict[tuple[str, str, str], tuple[int, int]] = {}
        for place, account in enumerate(self.accounts):
            edges[self.people[place // 2], account, "OWNS"] = (1, 0)
        for source, target, amount, _ in MOVES:
            key = (self.accounts[source], self.accounts[target], "TRANSFERRED")
            times, total = edges.get(key, (0, 0))
            edges[key] = (times + 1, total + amount)
        return edges


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.forget()


def ask(name: str, **parameters: Any) -> list[list[Any]]:
    return answer(get_question(name, graph="live"), parameters, graph="live").rows


def edges_of(rows: list[list[Any]]) -> dict[tuple[str, str, str], tuple[int, int]]:
    shown = [dict(zip(NAMES, row, strict=True)) for row in rows]
    return {
        (row["sourceId"], row["targetId"], row["edge"]): (row["times"], int(row["amount"]))
        for row in shown
        if row["targetId"]
    }


def test_what_lies_around_one_is_every_edge_at_it(world: World) -> None:
    for one in (*world.people, *world.accounts):
        expected = {ends: sums for ends, sums in world.plain_edges().items() if one in ends}
        assert edges_of(ask("around.one", id=one)) == expected
    assert ask("around.one", id=str(uuid7())) == []


def test_the_latest_comes_first_and_the_rest_is_cut(world: World) -> None:
    (row,) = ask("around.one", id=world.accounts[0], most=1)

    shown = dict(zip(NAMES, row, strict=True))
    assert (shown["sourceId"], shown["targetId"]) == (world.accounts[1], world.accounts[0])
    assert (shown["since"], shown["until"]) == ("2022-01-01T00:04:00.000Z",) * 2
    assert (shown["sourceKind"], shown["sourceName"], shown["currency"]) == (
        "Account", "balance", "CNY",
    )  # fmt: skip


def test_the_timeline_of_a_person_holds_all_their_accounts(world: World) -> None:
    mine = set(world.accounts[:2])
    expected = sorted(
        (minute, account == world.accounts[source], amount)
        for source, target, amount, minute in MOVES
        for account in {world.accounts[source], world.accounts[target]} & mine
    )

    rows = ask("around.money", id=world.people[0])

    minute = [int(row[0][14:16]) for row in rows]
    assert sorted(zip(minute, (row[1] for row in rows), (int(row[2]) for row in rows), strict=True)
                  ) == expected  # fmt: skip
    assert minute == sorted(minute, reverse=True)
    assert ask("around.money", id=world.accounts[2], startTime="2022-01-01T00:04:00Z") == [
        ["2022-01-01T00:05:00.000Z", True, 1.0, "CNY", "transfer.send", *[world.accounts[2]] * 2]
    ]


def test_a_picture_shows_what_an_answer_names_with_its_owners(world: World) -> None:
    question = get_question("finbench.tsr6", graph="live")
    parameters = {"id": world.accounts[1]}

    picture = draw(get_question("around.one", graph="live"), {"id": world.accounts[1]})

    # The other person owns an account in it, and stands there too.
    assert edges_of(picture.rows) == world.plain_edges()
    assert picture.people == {UUID(one) for one in world.people}
    assert set(picture.found) == {world.people[0], *world.accounts}
    assert picture.more is False
    alone = draw(question, parameters)
    assert world.accounts[1] in alone.found


def test_a_picture_has_a_bound_and_says_so(world: World, settings: LazySettings) -> None:
    settings.RISK_PICTURE_NODES = 2

    picture = draw(get_question("around.one", graph="live"), {"id": world.accounts[1]})

    assert len(picture.found) == 2
    assert picture.more is True


def test_a_picture_is_a_page_that_no_name_breaks_out_of() -> None:
    evil = "</script><script>alert(1)</script>@@LIBRARY@@"

    page = make_page({"rows": [[evil]], "columns": ["n"]}, title=evil, language="en")

    assert "<script>alert" not in page
    assert page.count("@@LIBRARY@@") == 2
    assert page.count("</script>") == 3


def test_the_policy_of_a_picture_lets_it_do_nothing_but_draw(now: datetime) -> None:
    parts = dict(part.split(" ", 1) for part in header_policy().split("; "))

    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
    assert parts["script-src"].count("'sha256-") == 2
    assert (parts["sandbox"], parts["frame-ancestors"]) == ("allow-scripts", "'self'")
    assert "unsafe" not in header_policy()
    assert policy() in make_page({}, title="", language="zh")
