"""A Neo4j that is away for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from config.engines.ports import find_free_port
from graph import database


@contextmanager
def neo4j_away() -> Iterator[None]:
    """Point the driver at a port where nobody listens, and back again."""
    with override_settings(NEO4J_URI=f"bolt://127.0.0.1:{find_free_port()}"):
        _forget_driver()
        yield
    _forget_driver()


def _forget_driver() -> None:
    # The next question opens a connection of its own, whatever was found out before.
    if database.driver.cache_info().currsize:
        database.driver().close()
    database.driver.cache_clear()
    database._fuse._away_until = 0.0
