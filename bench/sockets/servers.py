"""What is measured: each server on the first processor, with a way to make it say something."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bench.instance import DATA, ROOT, pin, running_instance
from bench.sockets.crowd import Member, masked
from config.engines.ports import answers, find_free_port

TEXT = "x" * 300
FIRST_SEQ = 100_000
SERVER, LOAD = {0}, {1}


@dataclass
class Target:
    """A server to be measured: where members connect, and what makes it deliver one message."""

    url: str
    tokens: list[str]
    send: Callable[[], None]


@contextlib.contextmanager
def served(module: str, *arguments: str, **variables: str) -> Iterator[tuple[str, int]]:
    """Run a server of this folder on the first processor; yield its address and process id."""
    port = find_free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", module, *(word.format(port=port) for word in arguments)],
        cwd=ROOT, env=os.environ | variables,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    pin(server.pid, SERVER)
    try:
        while not answers(port):
            if server.poll() is not None:
                sys.exit(f"bench: {module} did not start")
            time.sleep(0.1)
        yield f"ws://127.0.0.1:{port}/", server.pid
    finally:
        server.terminate()
        server.wait(10)


@contextlib.contextmanager
def plain(members: int, module: str, *arguments: str, **variables: str) -> Iterator[Target]:
    """Run a server that sends what it gets to all who are connected."""
    with served(module, *arguments, **variables) as (url, _), elsewhere(url, members) as target:
        yield target


@contextlib.contextmanager
def elsewhere(url: str, members: int) -> Iterator[Target]:
    """Use a server that somebody started: it sends each text to all who are connected."""
    sender = Member(url)
    frame = masked(shown_event())
    try:
        yield Target(url, [""] * members, lambda: _send(sender, frame))
    finally:
        sender.socket.close()


@contextlib.contextmanager
def channels_group(members: int) -> Iterator[Target]:
    """Run Channels' own group on Daphne, as its documentation shows it."""
    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(Path(DATA))
    ensure_engines(instance, ("valkey",), print)
    pubsub = instance.url_of("valkey")
    with plain(
        members, "daphne", "-p", "{port}", "-v", "0", "bench.sockets.channels_group:application",
        REDIS_URL=pubsub,
    ) as target:  # fmt: skip
        yield target


@dataclass
class Ours:
    """Our service with one large room: what it delivers when told by the bus, and by a member."""

    url: str
    room: str
    tokens: list[str]
    pid: int
    bus: str

    def by_bus(self) -> Target:
        """Return the hub alone: numbered events come over the bus, nothing is kept."""
        parts = urlsplit(self.bus)
        assert parts.hostname
        line = socket.create_connection((parts.hostname, parts.port))
        line.sendall(f"AUTH {parts.password}\r\n".encode())
        line.recv(64)
        frame, seq = shown_event(), newest_seq(self.room)
        topic = f"kith:room:{self.room}"

        def send() -> None:
            nonlocal seq
            seq += 1
            payload = b'{"seq":%d}\n%b' % (seq, frame)
            line.sendall(
                b"*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n"
                % (len(topic), topic.encode(), len(payload), payload)
            )

        return Target(self.url, self.tokens[:-1], send)

    def by_member(self) -> Target:
        """Return the whole way: a member says something, it is numbered, committed, delivered."""
        sender = Member(self.url, self.tokens[-1])

        def send() -> None:
            frame = {
                "type": "message.send", "id": str(uuid.uuid4()), "room": self.room, "text": TEXT,
            }  # fmt: skip
            _send(sender, masked(json.dumps(frame).encode()))

        return Target(self.url, self.tokens[:-1], send)


@contextlib.contextmanager
def ours(members: int) -> Iterator[Ours]:
    """Run our whole service, its web server alone on the first processor."""
    with running_instance() as url:
        pid = json.loads((DATA / "ready.json").read_text())["pids"]["web"]
        pin(pid, SERVER)
        import django

        django.setup()
        from django.conf import settings

        room, tokens = make_room(members + 1)
        yield Ours(url.replace("http", "ws") + "/ws/", room, tokens, pid, settings.REDIS_URL)


def newest_seq(room: str) -> int:
    """Return the number of the room's newest event."""
    from chat.rooms.models import Room

    return Room.objects.get(id=room).last_seq


def make_room(members: int) -> tuple[str, list[str]]:
    """Make a room of that many people whose numbers have six digits; return it and their tokens."""
    from django.db import transaction
    from uuid_utils.compat import uuid7

    from chat.rooms.models import Kind, Room
    from chat.rooms.services import _join
    from graph.people.models import Person
    from graph.people.services import issue_token

    now = datetime.now(UTC)
    mark = uuid.uuid4().hex[:6]
    people = [
        Person(id=uuid7(), username=f"r{place}-{mark}", name="r", password="!", created_at=now)
        for place in range(members)
    ]
    Person.objects.bulk_create(people)
    with transaction.atomic():
        room = Room.objects.create(
            id=uuid7(), kind=Kind.GROUP, name="bench", created_at=now, last_seq=FIRST_SEQ
        )
        _join(room.id, people, by=people[0].id, at=now)
    tokens = [issue_token(person_id=person.id, at=now).text for person in people]
    return str(room.id), tokens


def shown_event() -> bytes:
    """Return an event as members get it for a text of 300 characters."""
    one = "0193a1b2-0000-7000-8000-000000000001"
    at = "2026-01-01T00:00:00.000Z"
    message = {
        "id": one, "room": one, "seq": FIRST_SEQ, "author": one, "kind": "text", "text": TEXT,
        "reply_to": None, "reactions": [], "edited_at": None, "card": None, "file": None,
        "pinned": False, "at": at,
    }  # fmt: skip
    event = {
        "type": "event", "kind": "message.new", "room": one, "seq": FIRST_SEQ, "at": at,
        "by": one, "message": message,
    }  # fmt: skip
    return json.dumps(event, separators=(",", ":")).encode()


def _send(sender: Member, frame: bytes) -> None:
    # What comes back to the sender itself is taken, so that it is never the slow one.
    sender.read()
    sender.socket.setblocking(True)  # noqa: FBT003
    sender.socket.sendall(frame)
    sender.socket.setblocking(False)  # noqa: FBT003
