"""Deliveries a second in a room: our service beside a bare Channels group, both on one Daphne.

Ours logs in, checks the member, numbers the message and commits it to PostgreSQL before it is
delivered; the bare group only passes it on. Server on one processor, members and sender on the
other.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from websockets.asyncio.client import connect

from bench.instance import DATA, ROOT, pin, prepare_environment, running_instance
from config.engines.ports import answers, find_free_port

IN_FLIGHT = 8
TEXT = "x" * 300


def make_room(members: int) -> tuple[str, list[str]]:
    """Make a room of that many people; return its id and their tokens, the sender's last."""
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
        room = Room.objects.create(id=uuid7(), kind=Kind.GROUP, name="bench", created_at=now)
        _join(room.id, people, by=people[0].id, at=now)
    tokens = [issue_token(person_id=person.id, at=now).text for person in people]
    return str(room.id), tokens


async def send_for(url: str, token: str, frame: object, seconds: float) -> int:
    """Send with 8 messages in flight for a time; return how many were answered or came back."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with connect(url, additional_headers=headers, compression=None, max_size=None) as socket:
        in_flight = sent = 0
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            while in_flight < IN_FLIGHT:
                await socket.send(frame())  # type: ignore[operator]
                in_flight += 1
            reply = await socket.recv()
            if not token or json.loads(reply)["type"] in ("ok", "error"):
                in_flight -= 1
                sent += 1
        return sent


def measure(url: str, *, readers: list[str], token: str, frame: object, seconds: float) -> float:
    """Return deliveries a second at the members while one of them sends."""
    reading = subprocess.Popen(
        [sys.executable, "-m", "bench.readers", url, "--seconds", str(seconds), *readers],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    pin(reading.pid, {1})
    assert reading.stdout is not None
    assert reading.stdin is not None
    assert reading.stdout.readline().strip() == "connected"
    reading.stdin.write("go\n")
    reading.stdin.flush()
    asyncio.run(send_for(url, token, frame, seconds + 1))
    rate = float(reading.stdout.readline())
    reading.wait(10)
    return rate


def measure_ours(members: int, seconds: float) -> float:
    """Return deliveries a second in a room of our service."""
    with running_instance() as url, tempfile.NamedTemporaryFile("w", suffix=".tokens") as file:
        pids = json.loads((DATA / "ready.json").read_text())["pids"]
        pin(pids["web"], {0})
        import django

        django.setup()
        room, tokens = make_room(members + 1)
        file.write("\n".join(tokens[:-1]))
        file.flush()

        def frame() -> str:
            return json.dumps(
                {"type": "message.send", "id": str(uuid.uuid4()), "room": room, "text": TEXT}
            )

        return measure(
            url.replace("http", "ws") + "/ws/", readers=["--tokens", file.name],
            token=tokens[-1], frame=frame, seconds=seconds,
        )  # fmt: skip


def measure_bare(members: int, seconds: float) -> float:
    """Return deliveries a second in a bare Channels group."""
    import os

    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(Path(DATA))
    ensure_engines(instance, ("valkey",), print)
    port = find_free_port()
    daphne = subprocess.Popen(
        [sys.executable, "-m", "daphne", "-p", str(port), "-v", "0",
         "bench.bare_channels:application"],
        cwd=ROOT, env=os.environ | {"REDIS_URL": instance.url_of("valkey")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    pin(daphne.pid, {0})
    try:
        while not answers(port):
            time.sleep(0.1)
        text = json.dumps({"type": "event", "text": TEXT, "padding": "y" * 250})
        return measure(
            f"ws://127.0.0.1:{port}/", readers=["--members", str(members)], token="",
            frame=lambda: text, seconds=seconds,
        )  # fmt: skip
    finally:
        daphne.terminate()
        daphne.wait(10)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=8, help="per measurement")
    options = parser.parse_args()
    prepare_environment(find_free_port())
    pin(0, {1})
    ours = measure_ours(options.members, options.seconds)
    bare = measure_bare(options.members, options.seconds)
    print(f"our room of {options.members}, commit included  {ours:9.0f} deliveries/s")
    print(f"bare Channels group, nothing kept  {bare:9.0f} deliveries/s")
    print(f"ours is {ours / bare:.1f} times the bare group")


if __name__ == "__main__":
    main()
