"""The banks' server: payments, statements, and the small interface by which one sets faults."""

import json
import re
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.banks.books import Books, NumberReused
from sandbox.banks.channels import Channel, Full, Wrong

MOST_BYTES = 16 * 1024
LARGEST_AMOUNT = 2**63 - 1
SILENT_SECONDS = 30
NUMBER = re.compile(r"[A-Za-z0-9-]{1,64}")
CURRENCY = re.compile(r"[A-Z]{3}")


class Answer(Exception):
    """What is answered."""

    def __init__(self, status: HTTPStatus, body: dict[str, Any], *, times: int = 1) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.times = times


class NoAnswer(Exception):
    """The connection is closed without a word."""


def refuse(status: HTTPStatus, error: str) -> Answer:
    """Return a refusal; nothing was taken."""
    return Answer(status, {"error": error, "taken": False})


class Banks(ThreadingHTTPServer):
    """All channels at one address."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, *, books: Books, channels: list[str]) -> None:
        self.books = books
        self.channels = {name: Channel(name) for name in channels}
        self.ending = threading.Event()
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One request on a connection of its own."""

    server: Banks
    server_version = "sandbox-banks"
    timeout = SILENT_SECONDS

    def do_GET(self) -> None:
        """Show something."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Pay."""
        self._answer(self._post)

    def do_PUT(self) -> None:
        """Set what a channel is like, or forge a line."""
        self._answer(self._put)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: each request is no news."""

    def _answer(self, work: Callable[[list[str]], Answer]) -> None:
        path = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        try:
            if self.headers.get("Origin"):
                # A page in somebody's browser has no business here.
                raise refuse(HTTPStatus.FORBIDDEN, "browsers are not served")
            answer = work(path)
        except Answer as refused:
            answer = refused
        except Wrong as wrong:
            answer = refuse(HTTPStatus.BAD_REQUEST, str(wrong))
        except NoAnswer:
            return
        body = json.dumps(answer.body).encode()
        for _ in range(answer.times):
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _channel(self, name: str) -> Channel:
        channel = self.server.channels.get(name)
        if channel is None:
            raise refuse(HTTPStatus.NOT_FOUND, "there is no such channel")
        return channel

    def _fields(self) -> dict[str, Any]:
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            raise refuse(HTTPStatus.BAD_REQUEST, "a body of at most 16 KiB is needed")
        try:
            fields = json.loads(self.rfile.read(int(size)))
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise refuse(HTTPStatus.BAD_REQUEST, "the body is a JSON object")
        return fields

    # --- What customers ask -----------------------------------------------------------------------

    def _get(self, path: list[str]) -> Answer:
        match path:
            case ["healthz"]:
                return Answer(HTTPStatus.OK, {"alive": True})
            case ["admin", "channels"]:
                shown = [channel.as_json() for channel in self.server.channels.values()]
                return Answer(HTTPStatus.OK, {"channels": shown})
            case ["channels", name, "payments", number]:
                line = self.server.books.find(channel=self._channel(name).name, number=number)
                if line is None:
                    raise refuse(HTTPStatus.NOT_FOUND, "there is no such payment")
                return Answer(HTTPStatus.OK, line.as_json())
            case ["channels", name, "statement"]:
                day = parse_qs(urlsplit(self.path).query).get("day", [""])[0]
                lines = self.server.books.statement(channel=self._channel(name).name, day=day)
                shown = [line.as_json() for line in lines]
                return Answer(HTTPStatus.OK, {"channel": name, "day": day, "lines": shown})
        raise refuse(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _post(self, path: list[str]) -> Answer:
        match path:
            case ["channels", name, "payments"]:
                channel, terms = self._channel(name), _read_terms(self._fields())
                try:
                    with channel.working():
                        return self._pay(channel, terms)
                except Full:
                    raise refuse(HTTPStatus.SERVICE_UNAVAILABLE, "busy") from None
                except NumberReused:
                    # The first one was taken, so this does not say that nothing was.
                    error = {"error": "the number was used for another payment", "taken": True}
                    raise Answer(HTTPStatus.CONFLICT, error) from None
        raise refuse(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _pay(self, channel: Channel, terms: dict[str, Any]) -> Answer:
        fault = channel.take_fault()
        time.sleep(channel.latency_ms / 1000)
        if fault == "down":
            raise refuse(HTTPStatus.SERVICE_UNAVAILABLE, "down")
        if fault == "hang":
            self.server.ending.wait(channel.seconds)
            raise NoAnswer
        reason = "refused by the bank" if fault == "refuse" else ""
        line = self.server.books.book(channel=channel.name, reason=reason, **terms)
        if fault == "lose":
            raise NoAnswer
        if fault == "late":
            self.server.ending.wait(channel.seconds)
        return Answer(HTTPStatus.OK, line.as_json(), times=2 if fault == "twice" else 1)

    # --- The admin interface ----------------------------------------------------------------------

    def _put(self, path: list[str]) -> Answer:
        match path:
            case ["admin", "channels", name]:
                channel = self._channel(name)
                channel.change(self._fields())
                return Answer(HTTPStatus.OK, channel.as_json())
            case ["admin", "channels", name, "lines", number]:
                amount = self._fields().get("amount")
                if type(amount) is not int or not 0 <= amount <= LARGEST_AMOUNT:
                    raise Wrong("amount is a whole number, 0 to take the line away")
                books = self.server.books
                if not books.forge(channel=self._channel(name).name, number=number, amount=amount):
                    raise refuse(HTTPStatus.NOT_FOUND, "there is no such payment")
                return Answer(HTTPStatus.OK, {})
        raise refuse(HTTPStatus.NOT_FOUND, "there is nothing here")


def _read_terms(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the terms of a payment, and nothing else. Raises Wrong."""
    number, direction = fields.get("number"), fields.get("direction")
    amount, currency = fields.get("amount"), fields.get("currency")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise Wrong("number is up to 64 letters, digits and dashes")
    if direction not in ("in", "out"):
        raise Wrong("direction is in or out")
    if type(amount) is not int or not 1 <= amount <= LARGEST_AMOUNT:
        raise Wrong("amount is a whole number from 1")
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise Wrong("currency is three letters")
    return {"number": number, "direction": direction, "amount": amount, "currency": currency}
