"""A running service for files over HTTP."""

from tests.service import service as service
