"""A real web server and a real worker on the engines and the database of the test run.

Tests that need the whole service ask for the fixture `service`; it starts both once per folder of
tests and ends both after it, so that the worker takes no work away from other tests.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from uuid_utils.compat import uuid7

from config.engines.ports import find_free_port
from tests import web

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0
PASSWORD = "green-tea-for-two"


@dataclass
class Service:
    """The two processes, and how to reach them."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=find_free_port)
    web: "subprocess.Popen[bytes] | None" = None
    worker: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the address of the web server; `localhost` in it is another browser's person."""
        return f"http://127.0.0.1:{self.port}"

    def start_web(self) -> None:
        """Start the web server and return once it answers."""
        self.web = self._start("web", "-m", "chat.socket.server", "--port", str(self.port))
        self._wait_until(lambda: _answers(f"{self.url}/readyz"), "web")

    def kill_web(self) -> None:
        """End the web server as a crash would."""
        assert self.web is not None
        self.web.kill()
        self.web.wait()

    def start_worker(self) -> None:
        """Start the worker and return once it consumes."""
        mark = self.folder / "worker.mark"
        self.worker = self._start(
            "worker", "-m", "celery", "--app", "config.celery", "--quiet", "worker",
            "--pool=threads", "--concurrency=5", "--loglevel=WARNING", "--without-gossip",
            "--without-mingle", KITH_MARK=str(mark),
        )  # fmt: skip
        self._wait_until(mark.exists, "worker")

    def stop(self) -> None:
        """End what still runs."""
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _start(self, name: str, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment | more,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                # A Ctrl-C at the terminal is pytest's; it then ends these in its own order.
                start_new_session=True,
            )  # fmt: skip

    def _wait_until(self, is_ready: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if time.monotonic() > deadline:
                log = (self.folder / f"{name}.log").read_text()
                pytest.fail(f"the {name} process did not start: {log[-2000:]}")
            time.sleep(0.1)

    # --- Asking it as a script would --------------------------------------------------------------

    def call(self, command: str, token: str = "", /, **fields: Any) -> dict[str, Any]:
        """Carry out a command over HTTP and return its result; a refusal fails the test."""
        return web.call(self, command, token, **fields)

    def log_in(self, someone: "Someone") -> str:
        """Log in as a browser does and return the cookie header that it then sends."""
        login = {"username": someone.username, "password": PASSWORD}
        reply = web.ask(self, "/api/session.create", login)
        cookies = reply.headers.get_all("Set-Cookie", [])
        return "; ".join(cookie.partition(";")[0] for cookie in cookies)

    def sign_up(self, name: str, *, funds: int = 0, is_known: bool = True) -> "Someone":
        """Make a person with money (fen) and, unless told otherwise, a confirmed name."""
        return _database.submit(_make_person, self, name, funds, is_known).result(20)

    def give_role(self, someone: "Someone", role: str) -> None:
        """Let the person act as `staff` or `risk`."""
        _database.submit(_give_role, someone.id, role).result(20)

    def score_month(self) -> None:
        """Be the worker that scores who takes part in Pay Points."""
        _database.submit(_score_month).result(60)

    def ask_banks_again(self) -> None:
        """Be the worker that goes on with what waits at banks, once all pauses are over."""
        _database.submit(_ask_banks_again).result(20)


@dataclass(frozen=True)
class Someone:
    """A person of the service, with a token to act by."""

    service: Service
    id: str
    username: str
    name: str
    token: str

    def call(self, command: str, **fields: Any) -> dict[str, Any]:
        """Carry out a command as this person."""
        return self.service.call(command, self.token, **fields)

    def befriend(self, *others: "Someone") -> None:
        """Become friends with the others."""
        for other in others:
            self.call("friend.ask", person=other.id)
            other.call("friend.ask", person=self.id)

    def trust(self, other: "Someone", amount: int) -> None:
        """Stand behind a friend up to an amount (fen)."""
        self.call("trust.set", person=other.id, amount=amount, lenders="any")

    def make_group(self, name: str, *members: "Someone") -> str:
        """Make a group with friends and return its id."""
        ids = [member.id for member in members]
        made = self.call("room.create", kind="group", name=name, members=ids)
        return str(made["room"]["room"])

    def say(self, room: str, text: str) -> dict[str, Any]:
        """Say something in a room and return the message."""
        message: dict[str, Any] = self.call("message.send", room=room, text=text)["message"]
        return message

    def balance(self) -> int:
        """Return the person's CNY balance in fen."""
        (account,) = self.call("wallet.get")["accounts"]
        return int(account["balance"])


# Playwright keeps an event loop in the tests' own thread, where Django refuses to work.
_database = ThreadPoolExecutor(max_workers=1)


@cache
def _hash_of_password() -> str:
    # Once for all people: a good hasher is slow on purpose.
    return make_password(PASSWORD)


def _make_person(service: Service, name: str, funds: int, is_known: bool) -> Someone:
    """Make a person beside the service, since hundreds of them would wait for its hasher."""
    from graph.people.events import record_person
    from graph.people.models import Person, Tier
    from graph.people.services import issue_token
    from wallet.banks.services import top_up

    now = datetime.now(UTC)
    username = f"{name.split()[0].lower()}-{uuid.uuid4().hex[:8]}"
    tier = Tier.REAL_NAME if is_known else Tier.BASIC
    person = Person(
        id=uuid7(), username=username, name=name, tier=tier, password=_hash_of_password(),
        created_at=now,
    )  # fmt: skip
    with transaction.atomic():
        person.save(force_insert=True)
        record_person(person)
        token = issue_token(person_id=person.id, at=now)
    if funds:
        top_up(person_id=person.id, amount=funds, currency="CNY", channel="sandbox", at=now)
    return Someone(service, str(person.id), username, name, token.text)


def _give_role(person_id: str, role: str) -> None:
    from graph.people.models import Person

    Person.objects.filter(id=person_id).update(roles=[role])


def _score_month() -> None:
    from django.core.management import call_command

    call_command("score_month", "--wait=30", stdout=StringIO())


def _ask_banks_again() -> None:
    from wallet.banks import asking

    asking.ask_again(clock=lambda: datetime.now(UTC) + timedelta(minutes=8))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """Return the environment in which both processes use the tests' engines and database."""
    from django.conf import settings
    from django.db import connection

    database = settings.INSTANCE.url_of("postgres")
    name = connection.settings_dict["NAME"]
    return os.environ | {
        "DATABASE_URL": f"{database.rpartition('/')[0]}/{name}",
        "REDIS_URL": settings.REDIS_URL,
        "NEO4J_URI": settings.NEO4J_URI,
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running_web(folder: Path, **variables: str) -> Iterator[Service]:
    """Run a web server of a test's own, with these environment variables and without a worker."""
    running = Service(folder, _environment() | variables)
    try:
        running.start_web()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def service(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a running service; it is ended after the folder's last test."""
    running = Service(tmp_path_factory.mktemp("service"), _environment())
    try:
        running.start_worker()
        running.start_web()
        yield running
    finally:
        running.stop()


@pytest.fixture
def beside(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield another web process on the same engines; it may be killed."""
    other = Service(tmp_path_factory.mktemp("beside"), service.environment)
    try:
        other.start_web()
        yield other
    finally:
        other.stop()
