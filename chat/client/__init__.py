"""A client for scripts and bots: one socket, commands with answers, events in order, reconnect by
itself.

Imports nothing of the service, only `websockets`; see docs/bots.md.
"""

from chat.client.connection import Kith, Refused

__all__ = ["Kith", "Refused"]
