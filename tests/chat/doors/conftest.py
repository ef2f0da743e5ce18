"""A running service for conversations over HTTP."""

from tests.service import service as service
