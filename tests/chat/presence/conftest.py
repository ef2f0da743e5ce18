"""A running service, and a second web process beside it."""

from collections.abc import Iterator

import pytest

from tests.service import Service
from tests.service import service as service


@pytest.fixture
def beside(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield another web process on the same engines; it may be killed."""
    other = Service(tmp_path_factory.mktemp("beside"), service.environment)
    try:
        other.start_web()
        yield other
    finally:
        other.stop()
