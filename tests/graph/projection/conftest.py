"""Both sides are compared as a whole here."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module", autouse=True)
def level() -> None:
    """Fill the graph anew: tests elsewhere change rows behind its back."""
    call_command("rebuild_graph", "--online", stdout=StringIO())
