"""A client that asks for more than it reads."""

import asyncio
import json
import struct
from uuid import uuid4

from tests.chat.socket.test_idle import CLOSE, TEXT, connect_raw, read_frame
from tests.chat.socket.wire import run
from tests.service import Service

LONG = "\u7ea2" * 4_000
ASKED = 40


def frame_of(command: str, **fields: object) -> bytes:
    """Return a command as a client's frame; a mask of zeros leaves the text as it is."""
    frame = json.dumps({"type": command, "id": str(uuid4()), **fields}, separators=(",", ":"))
    text = frame.encode()
    assert len(text) < 126
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


def test_who_takes_no_answers_is_sent_away_and_can_read_why(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat 4B", bea)
    for _ in range(50):
        ann.call("message.send", room=room, text=LONG)

    async def work() -> None:
        reader, writer = await connect_raw(ann)
        assert (await read_frame(reader))[0] == TEXT
        for _ in range(ASKED):
            writer.write(frame_of("room.sync", room=room, after=0))
        # Longer than a close handshake takes as a rule.
        await asyncio.sleep(4)
        answers = 0
        while (frame := await read_frame(reader))[0] == TEXT:
            assert json.loads(frame[1])["type"] == "ok"
            answers += 1
        kind, payload = frame
        assert (kind, payload[:2]) == (CLOSE, struct.pack("!H", 1013))
        assert json.loads(payload[2:]) == {"retry_after_ms": 5000}
        assert answers < ASKED
        writer.close()

    run(work)
