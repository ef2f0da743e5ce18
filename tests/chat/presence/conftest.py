"""A running service, and a second web process beside it."""

from tests.service import beside as beside
from tests.service import service as service
