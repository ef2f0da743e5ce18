"""What is drawn here is of no kind that PostgreSQL knows, so it goes away again."""

from collections.abc import Iterator

import pytest

from tests.graph.projection.rows import run


@pytest.fixture(scope="module", autouse=True)
def wiped() -> Iterator[None]:
    yield
    run(
        "MATCH (drawn) WHERE drawn.id =~ '[0-9a-f]{32}-[A-Z]'"
        " OPTIONAL MATCH (drawn)-[:APPLIED]->(loan:Loan) DETACH DELETE drawn, loan"
    )
