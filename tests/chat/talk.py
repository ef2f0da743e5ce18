"""Rooms for tests: a group of people, the first of whom owns it, and what each of them sees."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chat.rooms.models import Event, Room
from tests.calls import call
from tests.people import make_group, make_people


class Group:
    """A group room; `joined` numbers of its people are 1, 2, 3 and so on."""

    def __init__(self, *, at: datetime, people: int = 3, funds: int = 0) -> None:
        self.at = at
        self.people = make_people(people, at=at, funds=funds)
        self.owner, *self.others = self.people
        self.room = make_group(self.people, at=at)

    def act(
        self, person: UUID, command: str, /, *, at: datetime | None = None, **fields: Any
    ) -> Any:
        return call(person, command, at=at or self.at, room=self.room, **fields)

    def say(self, text: str, *, by: UUID | None = None, **fields: Any) -> Any:
        """Say something and return the message."""
        return self.act(by or self.owner, "message.send", text=text, **fields)["message"]

    def sync(self, person: UUID, *, after: int = 0, limit: int = 200) -> Any:
        return self.act(person, "room.sync", after=after, limit=limit)

    def seen(self, person: UUID, *, after: int = 0) -> list[tuple[int, str]]:
        """Return the numbers and kinds of the events a person sees."""
        events = self.sync(person, after=after)["events"]
        return [(event["seq"], event["kind"]) for event in events]

    def texts(self, person: UUID) -> list[str]:
        """Return what a person reads in the history, newest first."""
        return [one["text"] for one in self.act(person, "room.history")["messages"]]

    def seqs(self) -> list[int]:
        """Return the numbers of all events there are."""
        rows = Event.objects.filter(room_id=self.room).order_by("seq")
        return list(rows.values_list("seq", flat=True))

    def last_seq(self) -> int:
        return Room.objects.get(id=self.room).last_seq

    def members(self) -> dict[str, str]:
        """Return the roles by person."""
        found = self.act(self.owner, "room.get")["members"]
        return {one["person"]: one["role"] for one in found}
