"""The service's own protocol, fuzzed from the schema that it publishes itself."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commands.errors import (
    AuthRequired,
    Busy,
    HttpOnly,
    IdReused,
    Malformed,
    RateLimited,
    UnknownCommand,
)
from tests.chat.generating import Json, Met, allowed, almost, garbage, is_uuid, written
from tests.chat.socket.wire import Wire, wire
from tests.service import Service, Someone, running_web
from tests.web import ask, bearer

FRAMES = 12
# What any command may be refused with, whatever it is about.
ALWAYS = {
    refusal.code
    for refusal in (AuthRequired, Busy, HttpOnly, IdReused, Malformed, RateLimited, UnknownCommand)
}
# These end what the others need.
ENDS = {"token.revoke"}
SECONDS = 20

# Without shrinking: the service remembers what it was told, so the same frames again need not fail.
profile = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)  # fmt: skip


@dataclass
class Book:
    """The published documents, asked for what they say."""

    asyncapi: Json
    openapi: Json
    _validators: dict[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> Json:
        """Return all messages of the socket by name."""
        return self.asyncapi["channels"]["socket"]["messages"]

    @property
    def commands(self) -> list[str]:
        """Return the names of the commands that a frame may carry."""
        return sorted(name for name in self.messages if "x-result" in self.messages[name])

    def frames(self, name: str) -> st.SearchStrategy[Json]:
        """Draw a frame that the schema of the command allows."""
        components = self.asyncapi["components"]["schemas"]
        return allowed(self.messages[name]["payload"], components)

    def takes_id(self, name: str) -> bool:
        """Tell whether a command over HTTP has a field `id`."""
        body = self.openapi["paths"][f"/api/{name}"]["post"]["requestBody"]
        return "id" in body["content"]["application/json"]["schema"]["properties"]

    def check(self, shown: Json, *path: str | int, document: str = "asyncapi") -> None:
        """Assert that a value is as the schema at that place of a document says."""
        key = json.dumps([document, *path])
        if key not in self._validators:
            whole = getattr(self, document)
            schema: Json = whole
            for part in path:
                schema = schema[part]
            validator = jsonschema.Draft202012Validator(
                {**schema, "components": whole["components"]}
            )
            self._validators[key] = validator
        for error in self._validators[key].iter_errors(shown):
            pytest.fail(f"{'.'.join(map(str, path))}: {error.json_path}: {error.message}")

    def check_message(self, name: str, frame: Json) -> None:
        """Assert that a frame is as the message of that name is published."""
        self.check(frame, "channels", "socket", "messages", name, "payload")


@dataclass
class World:
    """A service without limits, people with something of each kind, and what they have met."""

    service: Service
    ann: Someone
    bea: Someone
    book: Book
    met: Met
    # The commands that were carried out at least once.
    done: set[str] = field(default_factory=set)


def read_json(service: Service, path: str) -> Json:
    return ask(service, path, method="GET").body


@pytest.fixture(scope="module")
def world(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Yield a service whose people have something of each kind that frames can name."""
    folder = tmp_path_factory.mktemp("fuzz")
    with running_web(folder, KITH_RATE_LIMITS="off") as service:
        ann, bea = (service.sign_up(name, funds=10_000_000) for name in ("Ann", "Bea"))
        book = Book(
            read_json(service, "/api/asyncapi.json"), read_json(service, "/api/openapi.json")
        )
        world = World(service, ann, bea, book, Met())
        prepare(world)
        yield world
        said = (folder / "web.log").read_text()
        assert "Traceback" not in said, said[-3000:]
        assert "ERROR" not in said, said[-3000:]


def prepare(world: World) -> None:
    """Make one thing of each kind, twice: one of Ann's and one of Bea's."""
    friends = [world.bea, *(world.service.sign_up(name) for name in ("Cem", "Dai", "Eva"))]
    world.ann.befriend(*friends)
    for friend in friends:
        friend.trust(world.ann, 1_000_000)
    world.met.learn({"person": [*(one.id for one in friends), world.ann.id]})
    for number in range(6):
        one, other = (world.ann, world.bea) if number % 2 else (world.bea, world.ann)
        other.trust(one, 100_000)
        room = one.make_group(f"Room {number}", other)
        world.met.learn({"room": room})
        even = {"mode": "even", "members": [one.id, other.id]}
        acts: list[tuple[str, Json]] = [
            ("message.send", {"room": room, "text": "hello"}),
            ("envelope.send", {"room": room, "amount": 500, "count": 3, "kind": "random"}),
            ("split.create", {"room": room, "amount": 100, "note": "rice", "between": even}),
            ("transfer.send", {"to": other.id, "amount": 100, "room": room}),
            ("loan.ask", {"lender": other.id, "amount": 100, "days": 3, "room": room}),
        ]
        for command, fields in acts:
            if command in world.book.commands:
                world.met.learn(one.call(command, **fields))


@dataclass(frozen=True)
class Sent:
    """What goes over the wire as one message, and what its answer must be like."""

    raw: "str | bytes"
    cuts: int = 0

    @property
    def fields(self) -> Json:
        """Return the frame as an object, if it is one."""
        try:
            parsed = json.loads(self.raw)
        except (ValueError, RecursionError):
            return {}
        return parsed if isinstance(self.raw, str) and isinstance(parsed, dict) else {}

    def pieces(self) -> "str | bytes | list[str | bytes]":
        """Return it whole, or in fragments."""
        if not self.cuts or len(self.raw) < 2:
            return self.raw
        step = max(1, len(self.raw) // (self.cuts + 1))
        return [self.raw[at : at + step] for at in range(0, len(self.raw), step)]


def check_answer(world: World, sent: Sent, answer: Json) -> None:
    """Assert that a frame was answered as it was published: under its id, by an ok or an error."""
    fields = sent.fields
    own = fields.get("id")
    name = fields.get("type")
    world.book.check_message(answer["type"], answer)
    if answer["type"] == "ok":
        assert answer["id"] == own
        world.book.check(answer["result"], "channels", "socket", "messages", name, "x-result")
        world.met.learn(answer["result"])
        world.done.add(name)
        return
    code = answer["error"]["code"]
    known = world.book.messages.get(name, {}) if isinstance(name, str) else {}
    assert code in ALWAYS | set(known.get("x-refusals", ())), (sent.raw, answer)
    # JSON that cannot be read has no id, nor has an id that is no text.
    without_id = code == "request.malformed" and answer["id"] is None
    assert answer["id"] == own or without_id, (sent.raw, answer)
    if isinstance(own, str) and is_uuid(own) and "\\ud" not in str(sent.raw):
        assert answer["id"] == own


def check_event(world: World, event: Json) -> None:
    is_numbered = "seq" in event and event["kind"] != "read"
    world.book.check_message("room_event" if is_numbered else "event", event)


async def converse(world: World, messages: list[Sent]) -> None:
    """Send all at once over one connection, and look at each answer and at what else comes."""
    async with wire(world.ann) as line:
        for sent in messages:
            await line.socket.send(sent.pieces())
        for sent in messages:
            check_answer(world, sent, await next_answer(world, line))
        # Exactly one answer each: the next one is that to the next frame.
        assert (await line.send("me.get"))["type"] == "ok"
        assert line.socket.close_code is None
        await line.socket.close()
    assert line.socket.close_code == 1000


async def next_answer(world: World, line: Wire) -> Json:
    while True:
        frame = await line.receive()
        if frame["type"] != "event":
            return frame
        check_event(world, frame)


def run_fuzz(world: World, frames: st.SearchStrategy[Any], *, examples: int) -> None:
    """Let Hypothesis look for a conversation that breaks what is promised."""

    @settings(profile, max_examples=examples)
    @given(st.lists(frames, min_size=FRAMES // 2, max_size=FRAMES), st.integers(0, 3))
    def converses(frames: list[Json], cuts: int) -> None:
        messages = []
        for frame in frames:
            if isinstance(frame, str | bytes):
                messages.append(Sent(frame, cuts))
                continue
            shown = world.met.fill(frame)
            if isinstance(shown.get("id"), str) and is_uuid(shown["id"]):
                # Its own id each time, or all but the first would be replays.
                shown["id"] = str(uuid.uuid4())
            messages.append(Sent(written(shown), cuts))
        asyncio.run(asyncio.wait_for(converse(world, messages), 60))

    converses()


def frames_of(world: World, family: str) -> st.SearchStrategy[Json]:
    """Draw an allowed frame of a family's commands."""
    names = [name for name in world.book.commands if name.startswith(family)]
    return st.one_of([world.book.frames(name) for name in names if name not in ENDS])


def any_frames(world: World) -> st.SearchStrategy[Any]:
    """Draw frames that are allowed, almost allowed, and no frames at all."""
    frames = frames_of(world, "")
    return frames | almost(frames) | garbage()


@pytest.mark.timeout(300)
def test_what_the_schema_allows_is_answered_as_it_says(world: World) -> None:
    families = Counter(name.partition(".")[0] for name in world.book.commands)
    for family, commands in families.items():
        run_fuzz(world, frames_of(world, family), examples=commands)
    # It is no use where everything is refused.
    assert len(world.done) > len(world.book.commands) / 2, world.done


@pytest.mark.timeout(300)
def test_nothing_breaks_a_connection(world: World) -> None:
    run_fuzz(world, any_frames(world), examples=60)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_breaks_a_connection_for_long(world: World) -> None:
    run_fuzz(world, any_frames(world), examples=1_500)


@pytest.mark.timeout(300)
def test_the_same_fields_over_http_are_answered_as_published(world: World) -> None:
    def posts(name: str) -> st.SearchStrategy[Any]:
        frames = world.book.frames(name)
        return st.tuples(st.just(name), frames | almost(frames))

    names = [name for name in world.book.commands if name not in ENDS]

    @settings(profile, max_examples=40)
    @given(st.lists(st.sampled_from(names).flatmap(posts), min_size=4, max_size=8))
    def is_answered(requests: list[tuple[str, Json]]) -> None:
        for name, frame in requests:
            fields = {key: value for key, value in world.met.fill(frame).items() if key != "type"}
            headers = {"Authorization": bearer(world.ann.token)}
            if "id" not in fields or not world.book.takes_id(name):
                fields.pop("id", None)
                headers["Idempotency_Key"] = str(uuid.uuid4())
            reply = ask(world.service, f"/api/{name}", written(fields).encode(), **headers)
            path = ("paths", f"/api/{name}", "post", "responses")
            published = world.book.openapi["paths"][f"/api/{name}"]["post"]["responses"]
            assert str(reply.status) in published, (name, fields, reply)
            place = (*path, str(reply.status), "content", "application/json", "schema")
            world.book.check(reply.body, *place, document="openapi")

    is_answered()
