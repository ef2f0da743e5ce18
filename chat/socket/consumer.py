"""The socket door: `GET /ws/`."""

from datetime import UTC, datetime
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import pydantic_core
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from chat.doors.answers import explain, mark_replayed
from chat.doors.batches import carry_out
from chat.doors.devices import is_use_due, note_use_now_and_then
from chat.doors.http import parse_id
from chat.doors.identity import (
    SignedIn,
    find_by_session_key,
    find_by_token,
    is_allowed_origin,
)
from chat.doors.limits import spend_bytes, spend_token
from chat.doors.lines import asks_bank, stand_in_line
from chat.doors.places import is_place_due, note_place_now_and_then, read_hint
from chat.doors.pool import run_in_pool, run_with_bank_in_pool
from chat.rooms.selectors import list_rooms
from chat.socket.connection import Connection, Seat
from chat.socket.hub import SIGNED_OUT, hub
from chat.socket.paced import PacedConsumer
from commands.errors import AuthRequired, HttpOnly, Malformed, RateLimited, Refusal
from commands.execute import Answer, execute
from commands.frames import show_moment
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, Job, get_registration
from graph.people.selectors import get_person

VERSION = 1
SUBPROTOCOL = "kith.v1"
BEARER = "bearer."
OVERLOADED = 1013
TOO_MUCH = 4429
# Somebody with too many sockets does well to wait until one of them is found to be dead.
CROWDED_RETRY_MS = 10_000
RESUME = "session.resume"


class NoDoor(AsyncWebsocketConsumer):
    """What is at every other address: a refusal."""

    async def connect(self) -> None:
        """Refuse the handshake."""
        await self.close()


class Socket(PacedConsumer):
    """One connection: who it is, what it asks, what it is told."""

    connection: Connection | None = None
    signed_in: SignedIn | None = None

    async def connect(self) -> None:
        """Accept, find out who it is, and say hello; close with 4401 when it is nobody."""
        offered = self.scope.get("subprotocols", [])
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        try:
            self.signed_in = await run_in_pool(self._identify, datetime.now(UTC))
            if self.signed_in is None:
                await self.close(SIGNED_OUT)
            elif self._has_too_many(self.signed_in):
                await self.close(TOO_MUCH, f'{{"retry_after_ms": {CROWDED_RETRY_MS}}}')
            else:
                await self._enter(self.signed_in)
        except Exception as error:
            # The database may be away; the client comes back by itself.
            retry = explain(error).retry_after_ms or 1000
            await self.close(OVERLOADED, f'{{"retry_after_ms": {retry}}}')

    def _has_too_many(self, signed_in: SignedIn) -> bool:
        open_already = hub().count_sockets(signed_in.person_id)
        return settings.RATE_LIMITS and open_already >= settings.SOCKETS_PER_PERSON

    async def _enter(self, signed_in: SignedIn) -> None:
        self.connection = Connection(
            person_id=signed_in.person_id,
            credential=signed_in.credential,
            send=self._send_text,
            close=self.close,
            turn=hub().turn,
            direct=self.direct,
            signed_in=signed_in,
        )
        await hub().open(self.connection)
        hello, seats = await run_in_pool(_make_hello, signed_in.person_id)
        hub().start(self.connection, hello, seats)

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)

    def _identify(self, at: datetime) -> SignedIn | None:
        headers = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        scheme, _, token = headers.get(b"authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return find_by_token(token.strip(), at=at)
        for offered in self.scope.get("subprotocols", []):
            if offered.startswith(BEARER):
                return find_by_token(offered.removeprefix(BEARER), at=at)
        cookies = SimpleCookie(headers.get(b"cookie", ""))
        session = cookies.get(settings.SESSION_COOKIE_NAME)
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        # A cookie speaks only for pages of ours: any site can open a socket with it.
        if session is None or not is_allowed_origin(origin, host):
            return None
        return find_by_session_key(session.value, agent=headers.get(b"user-agent", ""))

    async def __call__(self, *scope_and_channels: Any) -> None:
        """Serve the connection to its end, and forget it however that comes: a server that waits
        no longer cancels.
        """
        try:
            await super().__call__(*scope_and_channels)
        finally:
            if self.connection is not None:
                hub().close(self.connection)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Carry out one frame and answer it; frames of one socket are carried out one after the
        other.
        """
        if self.signed_in is None or self.connection is None:
            return
        if self.connection.leaves_with is not None:
            return
        frame_id: Any = None
        try:
            spend_bytes(self.signed_in.person_id, len(text_data or bytes_data or ""))
        except RateLimited as limited:
            await self.connection.leave(TOO_MUCH, f'{{"retry_after_ms": {limited.retry_after_ms}}}')
            return
        self.connection.is_working = True
        try:
            if text_data is None:
                raise Malformed("A frame is text.")
            fields = parse_object(text_data)
            frame_id = fields.pop("id", None)
            if fields.get("type") != RESUME:
                hub().release(self.connection)
            answer = await self._run(fields, frame_id)
            reply = self._ok(frame_id, answer)
        except Exception as error:
            reply = _error(frame_id, explain(error))
        await self.connection.finish(reply)
        # What a client missed comes before what is new.
        hub().release(self.connection)

    async def _run(self, fields: dict[str, Any], frame_id: Any) -> Answer:
        assert self.signed_in is not None
        assert self.connection is not None
        command_id = parse_id(frame_id)
        name = fields.pop("type", None)
        if not isinstance(name, str):
            raise Malformed("type: A frame names its command.", field="type")
        registration = get_registration(name)
        if registration.http_only:
            raise HttpOnly(command=name)
        at = datetime.now(UTC)
        if self.signed_in.expires_at is not None and at >= self.signed_in.expires_at:
            await self.connection.leave(SIGNED_OUT)
            raise AuthRequired()
        spend_token(self.signed_in.person_id)
        if is_use_due(self.signed_in):
            await run_in_pool(note_use_now_and_then, self.signed_in, at=at)
        address, hint = self.place
        if is_place_due(self.signed_in, address=address, hint=hint):
            await run_in_pool(
                note_place_now_and_then, self.signed_in, address=address, hint=hint, at=at
            )
        caller = Caller(
            at=at,
            person_id=self.signed_in.person_id,
            command_id=command_id,
            token_id=self.signed_in.token_id,
            credential=self.signed_in.credential,
            device=hub().attendance.device(self.connection),
            # For all rooms, so only where it is asked for.
            live_from=self.connection.live_from() if name == RESUME else None,
        )
        command = parse_command(registration, fields)
        with stand_in_line(registration, fields):
            if asks_bank(registration, fields):
                return await run_with_bank_in_pool(name, execute, registration, command, caller)
            return await carry_out(registration, Job(command, caller))

    @cached_property
    def place(self) -> tuple[str, str]:
        """Return the address of the socket's other end, and what it says of where it is."""
        client = self.scope.get("client") or ("",)
        headers = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        return str(client[0]), read_hint(headers)

    def _ok(self, frame_id: str, answer: Answer) -> bytes:
        if answer.replayed:
            result = mark_replayed(answer.result)
            return pydantic_core.to_json(
                {"type": "ok", "id": frame_id, "result": result, "replayed": True}
            )
        id_json = pydantic_core.to_json(frame_id)
        return b'{"type":"ok","id":' + id_json + b',"result":' + answer.result.encode() + b"}"


def _error(frame_id: Any, refusal: Refusal) -> bytes:
    # Anything but a string is no id, and some numbers are not even JSON when written out.
    shown = frame_id if isinstance(frame_id, str) else None
    return pydantic_core.to_json({"type": "error", "id": shown, "error": refusal.as_json()})


def _make_hello(person_id: UUID) -> tuple[bytes, dict[UUID, Seat]]:
    rooms = list_rooms(person_id=person_id)
    hello = {
        "type": "hello",
        "version": VERSION,
        "person": get_person(person_id=person_id).describe(),
        "rooms": rooms,
        "server_time": show_moment(datetime.now(UTC)),
        "limits": {
            "frame_bytes": settings.MAX_FRAME_BYTES,
            "commands_per_second": settings.COMMANDS_PER_SECOND,
            "room_members": settings.ROOM_MEMBERS,
            "text_length": settings.MESSAGE_LENGTH,
            "recall_seconds": settings.RECALL_SECONDS,
        },
    }
    seats = {
        UUID(room["room"]): Seat(joined_seq=room["joined_seq"], cursor=room["last_seq"])
        for room in rooms
    }
    return pydantic_core.to_json(hello), seats
