"""The second Neo4j, for the tests of this folder."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from neo4j import Driver

from config.engines.instance import Instance
from config.engines.launcher import ensure_engines
from graph.risk.answers import finbench_driver


@pytest.fixture(scope="session")
def finbench() -> Iterator[Driver]:
    """Start it, or use the one that is there, and return the driver of its graph.

    It holds one snapshot at a time: each module loads its own.
    """
    instance = Instance.current()
    with ensure_engines(instance, ("finbench",), print):
        settings.FINBENCH_URI = f"bolt://127.0.0.1:{instance.endpoint('finbench').port}"
        finbench_driver.cache_clear()
        yield finbench_driver()
        finbench_driver().close()
        finbench_driver.cache_clear()
