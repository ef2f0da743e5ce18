"""The peer of coming back: the same log-in, hello and backlog as Channels' documentation would have
them, on Daphne with the pubsub layer.

It asks what our service asks, by the same selectors; how it gets to the clients is Channels' own.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

get_asgi_application()

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from chat.doors.identity import find_by_authorization
from chat.rooms.selectors import list_missed, list_rooms
from graph.people.selectors import get_person

settings.CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [settings.REDIS_URL]},
    }
}


class Stock(AsyncWebsocketConsumer):
    """One client: logged in by its token, in the groups of its rooms."""

    groups_joined: tuple[str, ...] | list[str] = ()

    async def connect(self) -> None:
        """Log in, join the groups, say hello."""
        header = dict(self.scope["headers"])[b"authorization"].decode()
        at = datetime.now(UTC)
        signed_in = await database_sync_to_async(find_by_authorization)(header, at=at)
        assert signed_in is not None
        self.person_id = signed_in.person_id
        await self.accept()
        hello = await database_sync_to_async(self._hello)()
        self.groups_joined = [f"room.{room['room']}" for room in hello["rooms"]]
        for group in self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.send(text_data=json.dumps(hello, default=str))

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "person": get_person(person_id=self.person_id).describe(),
            "rooms": list_rooms(person_id=self.person_id),
        }

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer the cursors with what was missed."""
        frame = json.loads(text_data or "")
        cursors = {UUID(room): seq for room, seq in frame["cursors"].items()}
        pages = await database_sync_to_async(list_missed)(
            person_id=self.person_id, cursors=cursors, live_from=None
        )
        rooms = [
            {"room": str(room), "events": page.events(), "last_seq": page.last_seq}
            for room, page in pages.items()
        ]
        answer = {"type": "ok", "id": frame["id"], "result": {"rooms": rooms}}
        await self.send(text_data=json.dumps(answer))

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)


application = Stock.as_asgi()
