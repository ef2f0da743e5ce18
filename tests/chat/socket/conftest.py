"""A running service for conversations over real sockets."""

from tests.service import service as service
