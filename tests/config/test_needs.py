"""Which engines a management command starts."""

import pytest

from config.engines.needs import engines_for

LIVE = ("postgres", "valkey", "neo4j")


@pytest.mark.parametrize(
    ("line", "engines"),
    [
        ("import_finbench DIR", ("finbench",)),
        ("replay_finbench DIR --from 2022-01-01", ("finbench",)),
        ("risk --graph finbench --calls FILE", ("finbench",)),
        ("risk TCR3 --graph=finbench --param id1=1", ("finbench",)),
        # Looks at the live graph are written down in PostgreSQL.
        ("risk TCR3 --param id1=1", LIVE),
        ("risk TCR3 --graph live", LIVE),
        ("risk TCR3 --graph", LIVE),
        ("risk --list", ()),
        ("risk --help", ()),
        ("check_graph", LIVE),
        ("check_ledger", ("postgres", "valkey")),
        ("prepare_graph", ("neo4j",)),
    ],
)
def test_a_command_starts_what_it_needs(line: str, engines: tuple[str, ...]) -> None:
    assert engines_for(line.split()) == engines
