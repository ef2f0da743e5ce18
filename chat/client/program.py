"""What the command line does, each a coroutine on a live connection."""

import asyncio
import contextlib
import json
import sys
from argparse import Namespace
from typing import Any
from uuid import UUID

from chat.client.connection import Kith
from chat.client.rooms import Event
from chat.client.saved import ClientProblem
from chat.client.show import read_amount, show_amount, show_event, show_figure, show_message

Answer = dict[str, Any]


class Desk:
    """A connection with the names of the people and rooms it has met."""

    def __init__(self, kith: Kith) -> None:
        self._kith = kith
        me = kith.hello["person"]
        self._people: dict[str, str] = {me["id"]: me["name"]}
        self._rooms: dict[str, str] = {room["room"]: room["name"] for room in kith.hello["rooms"]}

    async def ask(self, command: str, **fields: Any) -> Answer:
        """Send a command. Raises Refused."""
        return await self._kith.call(command, **fields)

    def find_room(self, text: str) -> str:
        """Return the id of the room with that id, or the only one with that name. Raises
        ClientProblem.
        """
        found = [room for room, name in self._rooms.items() if text in (room, name)]
        if len(found) != 1:
            kind = "more than one room is" if found else "no room of yours is"
            raise ClientProblem(f"{kind.capitalize()} called {text}; `rooms` lists them.")
        return found[0]

    async def find_person(self, text: str) -> str:
        """Return the id of the person with that id or username. Raises ClientProblem."""
        with contextlib.suppress(ValueError):
            return str(UUID(text))
        username = text.removeprefix("@")
        for person in (await self.ask("person.find", text=username))["people"]:
            if person["username"].casefold() == username.casefold():
                return str(person["id"])
        raise ClientProblem(f"There is no person called {text}.")

    async def line_of(self, event: Event) -> str | None:
        """Return an event as a line, learning who is in it."""
        if event["kind"] == "room.entered":
            room = event["room"]
            self._rooms[room["room"]] = room["name"]
            return f"* you are in {room['name']}"
        if event["kind"] == "room.changed":
            self._rooms[event["room"]] = event["name"]
        asked = [event.get("by"), event.get("member", {}).get("person")]
        for person in [*asked, event.get("notice", {}).get("person")]:
            await self._learn(person)
        return show_event(event, rooms=self._rooms, people=self._people)

    async def show_history(self, room: str, limit: int) -> list[str]:
        """Return a room's newest messages as lines, the oldest first."""
        messages = (await self.ask("room.history", room=room, limit=limit))["messages"]
        for message in messages:
            await self._learn(message["author"])
        return [
            f"#{message['seq']} {self._people[message['author']]}: {show_message(message)}"
            for message in reversed(messages)
        ]

    async def _learn(self, person: str | None) -> None:
        if person and person not in self._people:
            self._people[person] = (await self.ask("person.get", person=person))["person"]["name"]


async def list_rooms(desk: Desk, _: Namespace) -> None:
    """Print a line per room."""
    for room in (await desk.ask("room.list"))["rooms"]:
        unread = f"  {room['unread']} unread" if room["unread"] else ""
        print(f"{room['room']}  {room['name']}{unread}")


async def read(desk: Desk, options: Namespace) -> None:
    """Print a room's newest messages."""
    print(*await desk.show_history(desk.find_room(options.room), options.limit), sep="\n")


async def follow(desk: Desk, kith: Kith, options: Namespace) -> None:
    """Print events as they come, until Ctrl-C."""
    wanted = {desk.find_room(room) for room in options.rooms}
    print("listening; Ctrl-C ends it", file=sys.stderr)
    async for event in kith.follow():
        if wanted and event.get("room") not in wanted:
            continue
        if options.json:
            print(json.dumps(event, ensure_ascii=False), flush=True)
        elif line := await desk.line_of(event):
            print(line, flush=True)


async def say(desk: Desk, options: Namespace) -> None:
    """Send a message; `-` sends one per line of the standard input."""
    room = desk.find_room(options.room)
    lines = _input_lines() if options.text == "-" else [options.text]
    for line in lines:
        message = (await desk.ask("message.send", room=room, text=line))["message"]
        print(f"#{message['seq']}")


def _input_lines() -> list[str]:
    return [line.rstrip("\n") for line in sys.stdin if line.strip()]


async def pay(desk: Desk, options: Namespace) -> None:
    """Offer a transfer after asking whether that is meant."""
    amount, person = read_amount(options.amount), await desk.find_person(options.person)
    name = (await desk.ask("person.get", person=person))["person"]["name"]
    question = (
        f"Offer {show_amount(amount)} to {name} (@{options.person.removeprefix('@')})? [y/N] "
    )
    if not options.yes and (await asyncio.to_thread(input, question)).strip().lower() != "y":
        raise ClientProblem("Nothing was sent.")
    fields = {"to": person, "amount": amount, "note": options.note}
    transfer = (await desk.ask("transfer.send", **fields))["transfer"]
    print(f"{transfer['id']}  {transfer['status']} until {transfer['expires_at']}")


async def show_wallet(desk: Desk, _: Namespace) -> None:
    """Print the accounts and the newest entries."""
    for account in (await desk.ask("wallet.get"))["accounts"]:
        print(
            f"{account['currency']} {show_figure(account['balance'])}"
            f"  available {show_figure(account['available'])}"
        )
    for entry in (await desk.ask("wallet.entries", limit=10))["entries"]:
        print(
            f"{entry['at']}  {show_amount(entry['amount']):>12}  {entry['kind']}  {entry['note']}"
        )


async def call(desk: Desk, options: Namespace) -> None:
    """Send any command and print its result as JSON."""
    fields: Answer = {}
    for pair in options.fields:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ClientProblem(f"{pair} is no field; one looks like amount=500 or room=ID.")
        try:
            fields[name] = json.loads(text)
        except ValueError:
            fields[name] = text
    answer = await desk.ask(options.command, command_id=options.id, **fields)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
