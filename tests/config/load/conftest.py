"""The running service for whole conversations over real sockets."""

from tests.service import service

__all__ = ["service"]
