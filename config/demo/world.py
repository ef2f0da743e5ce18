"""A stage on which a story is played through Kith's ordinary commands, at moments of the past."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pydantic_core

from chat.cards.changes import describe_card
from chat.messages.models import Message
from chat.messages.services import change_card
from commands.execute import execute
from commands.parsing import parse_command
from commands.registry import Caller, get_registration
from graph.people.services import create_person

Answer = dict[str, Any]


class World:
    """People and rooms by their short names, and a clock that only goes forward.

    Everything goes through `execute`, as if it had come over a socket at the clock's time, so that
    the world holds nothing that a person could not have done.
    """

    def __init__(self, *, begins: datetime, ends: datetime) -> None:
        self.now = begins
        self._ends = ends
        self.people: dict[str, str] = {}
        self.rooms: dict[str, str] = {}

    def wait(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass, never beyond the end."""
        step = timedelta(days=days, hours=hours, minutes=minutes)
        self.now = min(self.now + step, self._ends)

    def wait_until(self, *, hours_before_end: float) -> None:
        """Let time pass up to that long before the end."""
        self.now = max(self.now, self._ends - timedelta(hours=hours_before_end))

    def do(self, who: str, command: str, **fields: Any) -> Answer:
        """Carry out one command for a person and return its result. Raises its refusal."""
        registration = get_registration(command)
        caller = Caller(at=self.now, person_id=UUID(self.people[who]), command_id=uuid4())
        answer = execute(registration, parse_command(registration, fields), caller)
        result: Answer = pydantic_core.from_json(answer.result)
        return result

    def arrive(self, username: str, *, name: str, password: str) -> None:
        """Make an account that may do everything."""
        person = create_person(username=username, password=password, name=name, at=self.now)
        self.people[username] = str(person.id)
        self.do(username, "account.confirm_name", name=name, phone="+86 138 0000 0000")
        self.do(username, "account.confirm_document", number="DEMO-0001")

    def befriend(self, one: str, other: str) -> None:
        """Make two people friends: one asks, the other accepts."""
        self.do(one, "friend.ask", person=self.people[other])
        self.do(other, "friend.accept", person=self.people[one])

    def trust(self, giver: str, receiver: str, amount: int) -> None:
        """Have one person stand behind another (fen)."""
        self.do(giver, "trust.set", person=self.people[receiver], amount=amount)

    def group(self, key: str, name: str, owner: str, *members: str) -> None:
        """Open a group, known by its key from here on."""
        ids = [self.people[member] for member in members]
        answer = self.do(owner, "room.create", name=name, members=ids, kind="group")
        self.rooms[key] = answer["room"]["room"]

    def direct(self, one: str, other: str) -> None:
        """Open the room of two friends, known as `one+other`."""
        answer = self.do(one, "room.create", members=[self.people[other]], kind="direct")
        self.rooms[f"{one}+{other}"] = answer["room"]["room"]

    def say(self, who: str, room: str, text: str, *, reply_to: str | None = None) -> str:
        """Say something a little later and return the message's id."""
        self.wait(minutes=0.7)
        answer = self.do(
            who, "message.send", room=self.rooms[room], text=text, reply_to=reply_to
        )  # fmt: skip
        message_id: str = answer["message"]["id"]
        return message_id

    def react(self, message_id: str, emoji: str, *people: str) -> None:
        """Have people put an emoji on a message."""
        for who in people:
            self.wait(minutes=0.2)
            self.do(who, "message.react", message=message_id, emoji=emoji, on=True)

    def read(self, room: str, *people: str) -> None:
        """Have people read the room up to its newest event."""
        for who in people:
            newest = self.do(who, "room.get", room=self.rooms[room])["room"]["last_seq"]
            self.do(who, "read.mark", room=self.rooms[room], seq=newest)

    def show(self, card_type: str, card_id: str) -> None:
        """Show the room what became of a card, now instead of at the worker's next look."""
        message = Message.objects.get(card_id=card_id)
        card = describe_card(card_type, UUID(card_id), at=self.now)
        change_card(message=message, card=card, at=self.now)
