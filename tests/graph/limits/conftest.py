"""Loading trust from files."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command

from graph.limits.arrival import LOADED
from outbox.models import Event
from tests.people import level_graph

HEADER = "from,to,capacity"


@pytest.fixture
def mark() -> str:
    """Return a beginning for the names of one test, in which small and capital letters differ."""
    return f"m{uuid4().hex[:7]}"


@pytest.fixture
def nothing_left_on_its_way() -> Iterator[None]:
    yield
    level_graph()
    Event.objects.filter(topic=LOADED).delete()


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
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
