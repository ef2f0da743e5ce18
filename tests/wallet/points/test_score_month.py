"""The round from the command line and the beat."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.calls import call
from tests.graph.away import neo4j_away
from tests.people import level_graph, make_people, trust
from tests.wallet.points.members import count_scores, make_members, values
from wallet.points.scoring import month_of
from wallet.points.tasks import score_this_month

YUAN = 100


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("score_month", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_scores_this_month_and_says_how_many(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    level_graph()

    assert run().startswith(f"{month_of(now):%Y-%m}: ")
    assert run() == f"{month_of(now):%Y-%m}: 0 people scored\n"

    assert count_scores(member) == 1


def test_the_command_brings_to_the_graph_what_waits_where_no_worker_does(now: datetime) -> None:
    member, other = make_people(2, at=now)
    call(member, "points.opt_in", at=now)
    trust(other, member, 100 * YUAN, at=now)

    run()

    assert values(member, at=now)["relations.behind"] == 1


def test_the_command_waits_for_the_graph_and_says_so(now: datetime) -> None:
    make_members(1, at=now)
    level_graph()
    with neo4j_away(), pytest.raises(CommandError, match="away or behind"):
        run("--wait=0")


@pytest.mark.parametrize("month", ["2026-13", "2026", "november"])
def test_the_command_refuses_what_is_no_month(month: str) -> None:
    with pytest.raises(CommandError, match="invalid month as YYYY-MM"):
        run(f"--month={month}")


def test_the_command_refuses_a_month_that_lies_ahead() -> None:
    with pytest.raises(CommandError, match="2099-01 has not begun"):
        run("--month=2099-01")


def test_the_beat_leaves_to_the_next_time_what_the_graph_keeps_from_it(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    level_graph()
    with neo4j_away():
        assert score_this_month() == 0

    assert score_this_month() >= 1
    assert count_scores(member) == 1
