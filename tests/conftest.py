"""Engines for the whole run, a database that is really written to, and people to play with.

Nothing is rolled back and nothing is cleaned up: each test makes its own people and rooms and looks
at those alone. So locks, triggers and steps after the commit are the real ones, and the books of
the whole run must balance at its end.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import hypothesis
import pytest

# An example that takes long on a busy machine is no failure.
hypothesis.settings.register_profile("kith", deadline=None)
hypothesis.settings.load_profile("kith")


@pytest.fixture(scope="session", autouse=True)
def database(django_db_blocker: object) -> Iterator[None]:
    """Make the tests' database anew and let everybody write to it."""
    from django.core.management import call_command
    from django.db import connection, connections

    with django_db_blocker.unblock():
        creation = connection.creation
        creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("rebuild_graph", stdout=StringIO())
        yield
        call_command("check_ledger")
        connections.close_all()


@pytest.fixture
def patient() -> Iterator[None]:
    """Wait for Neo4j longer than callers do: a graph that has just been filled makes it compile its
    statements anew, which takes seconds on a busy machine.
    """
    from graph.database import patient

    with patient(seconds=30.0):
        yield


@pytest.fixture
def now() -> datetime:
    """Return the moment at which a test plays."""
    return datetime.now(UTC).replace(microsecond=0)


DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """Return a function that finds a file of the data sets of others, or skips the test saying
    so.
    """

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"needs {name} in {DATA}; see docs/data.md")
        return path

    return find
