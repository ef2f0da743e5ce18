"""Files through the service: up over HTTP, into a message, down again for who may see it."""

import hashlib
import http.client
import io
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message as Headers
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from chat.files.models import File
from chat.files.services import delete_unsent
from tests.chat.files.test_sniff import picture
from tests.service import Service, Someone


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(someone: Someone, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
    line = http.client.HTTPConnection("127.0.0.1", someone.service.port, timeout=20)
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, path, body, {"Authorization": f"Bearer {someone.token}"} | shown)
    response = line.getresponse()
    reply = Reply(response.status, response.headers, response.read())
    line.close()
    return reply


def upload(
    someone: Someone, content: bytes, *, name: str = "a.png", key: str = "", part: str = "file"
) -> Reply:
    mark = "kith-part"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
    kind = "Content-Type: text/html\r\n\r\n"
    body = f"{head}{kind}".encode() + content + f"\r\n--{mark}--\r\n".encode()
    return ask(
        someone, "POST", "/api/file.upload", body, Idempotency_Key=key or str(uuid.uuid4()),
        Content_Type=f"multipart/form-data; boundary={mark}",
    )  # fmt: skip


def pair(service: Service) -> tuple[Someone, Someone, str]:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    return ann, bea, ann.make_group("Flat", bea)


def test_a_picture_goes_up_into_a_message_and_down_to_the_room(service: Service) -> None:
    ann, bea, room = pair(service)
    stranger = service.sign_up("Cleo")
    content = picture("PNG", width=1_000, height=500)

    file = upload(ann, content, name="../our flat.png").json["result"]["file"]

    address = f"/files/{file['id']}"
    assert file == {
        "id": file["id"], "name": "our flat.png", "size": len(content), "kind": "image/png",
        "url": address, "thumbnail": f"{address}/thumbnail", "width": 1_000, "height": 500,
    }  # fmt: skip
    assert ask(ann, "GET", address).body == content
    assert ask(bea, "GET", address).json["error"]["code"] == "file.not_found"
    message = ann.call("message.send", room=room, file=file["id"])["message"]
    assert (message["kind"], message["text"], message["file"]) == ("text", "", file)
    (seen,) = bea.call("room.history", room=room)["messages"]
    assert seen == message

    got = ask(bea, "GET", address)
    assert (got.status, got.body) == (200, content)
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(stranger, "GET", address).status == 404
    refused = ask(stranger, "GET", address, Authorization=f"Basic {ann.token}")
    assert (refused.status, refused.json["error"]["code"]) == (401, "auth.required")
    assert refused.headers["Cache-Control"] == "no-store"


def test_the_worker_makes_the_thumbnail(service: Service) -> None:
    ann, _, _ = pair(service)
    file = upload(ann, picture("JPEG", width=1_280, height=640)).json["result"]["file"]
    deadline = time.monotonic() + 20
    while (got := ask(ann, "GET", file["thumbnail"])).headers["Content-Type"] != "image/webp":
        assert got.headers["Cache-Control"] == "private, max-age=0"
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with Image.open(io.BytesIO(got.body)) as small:
        assert (small.format, small.size) == ("WEBP", (640, 320))


def test_what_a_browser_could_run_is_only_ever_kept(service: Service) -> None:
    ann, _, _ = pair(service)
    file = upload(ann, b"<script>alert(1)</script>", name="a.html").json["result"]["file"]
    got = ask(ann, "GET", file["url"])
    assert (file["kind"], file["thumbnail"]) == ("text/plain", None)
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_a_file_is_sent_once_and_by_its_owner(service: Service) -> None:
    ann, bea, room = pair(service)
    file = upload(ann, picture("PNG")).json["result"]["file"]["id"]

    assert refused(bea, "message.send", room=room, file=file) == "file.not_found"
    ann.call("message.send", room=room, text="look", file=file)
    assert refused(ann, "message.send", room=room, file=file) == "file.not_found"
    assert len(ann.call("room.history", room=room)["messages"]) == 1


def refused(someone: Someone, command: str, **fields: Any) -> str:
    body = json.dumps(fields | {"id": str(uuid.uuid4())}).encode()
    return str(ask(someone, "POST", f"/api/{command}", body).json["error"]["code"])


def test_a_recall_takes_the_file_with_it(service: Service) -> None:
    ann, bea, room = pair(service)
    file = upload(ann, picture("PNG")).json["result"]["file"]
    stored = File.objects.get(id=file["id"]).stored
    message = ann.call("message.send", room=room, file=file["id"])["message"]
    recalled = ann.call("message.recall", message=message["id"])["message"]

    assert recalled["file"] is None
    assert ask(bea, "GET", file["url"]).status == 404
    assert not default_storage.exists(stored)
    events = bea.call("room.sync", room=room, after=0)["events"]
    assert file["id"] not in json.dumps(events)


def test_the_same_upload_under_the_same_id_is_one_file(service: Service) -> None:
    ann, _, _ = pair(service)
    key = str(uuid.uuid4())
    first = upload(ann, picture("PNG"), key=key)
    again = upload(ann, picture("PNG"), key=key)
    other = upload(ann, picture("GIF"), key=key)

    assert again.json["result"]["file"] == first.json["result"]["file"]
    assert again.json["replayed"] is True
    assert other.json["error"]["code"] == "request.id_reused"
    assert File.objects.filter(owner_id=ann.id).count() == 1


def test_what_is_no_upload_is_said_to_be_none(service: Service) -> None:
    ann, _, _ = pair(service)
    assert upload(ann, b"x", part="picture").json["error"]["detail"]["field"] == "file"
    json_body = ask(ann, "POST", "/api/file.upload", b"{}", Idempotency_Key=str(uuid.uuid4()))
    assert json_body.json["error"]["code"] == "request.malformed"
    large = upload(ann, b"\0" * (settings.FILE_BYTES + 1))
    assert (large.status, large.json["error"]["code"]) == (413, "file.too_large")
    assert refused(ann, "message.send", room=ann.make_group("Alone")) == "request.malformed"
    assert not File.objects.filter(owner_id=ann.id).exists()


def test_twenty_mebibytes_fit(service: Service) -> None:
    ann, _, _ = pair(service)
    content = b"\x01" * settings.FILE_BYTES
    file = upload(ann, content).json["result"]["file"]
    assert (
        hashlib.sha256(ask(ann, "GET", file["url"]).body).digest()
        == hashlib.sha256(content).digest()
    )


def test_too_many_that_are_never_sent_are_refused_and_old_ones_deleted(service: Service) -> None:
    ann, _, _ = pair(service)
    for _ in range(settings.FILES_UNSENT):
        upload(ann, b"x")
    assert upload(ann, b"x").json["error"]["code"] == "file.too_many"

    stored = list(File.objects.filter(owner_id=ann.id).values_list("stored", flat=True))
    delete_unsent(at=datetime.now(UTC) + timedelta(hours=25))
    assert not File.objects.filter(owner_id=ann.id).exists()
    assert not any(default_storage.exists(name) for name in stored)
