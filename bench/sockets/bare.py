"""A Channels consumer that accepts and does nothing: what a connection to Daphne weighs."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

settings.configure(SECRET_KEY="bench")

application = AsyncWebsocketConsumer.as_asgi()
