"""A Neo4j that is away, as long as a test says so."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from config.engines.ports import find_free_port
from graph import database


def forget_driver() -> None:
    """Have the next question open a connection of its own, whatever was found out before."""
    if database.driver.cache_info().currsize:
        database.driver().close()
    database.driver.cache_clear()
    database._fuse._away_until = 0.0


@pytest.fixture
def neo4j_away(settings: LazySettings) -> Iterator[None]:
    """Point the driver at a port where nobody listens, and back again."""
    uri = settings.NEO4J_URI
    settings.NEO4J_URI = f"bolt://127.0.0.1:{find_free_port()}"
    forget_driver()
    yield
    settings.NEO4J_URI = uri
    forget_driver()
