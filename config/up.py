"""`make up`: a whole instance of Kith in the foreground, until Ctrl-C."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from config import environment
from config.engines.engine import Launch
from config.engines.instance import ENGINES, Instance, Usage
from config.engines.launcher import make_engine
from config.engines.ports import answers, is_free
from config.engines.problems import EngineProblem, explain_os_error, refuse_full_disk
from config.engines.supervisor import Service, Supervisor
from config.log import LogTail, say, show_banner

PYTHON = sys.executable
WARM_SECONDS = 10
LARGEST_PORT = 65535
MANAGE = str(environment.ROOT / "manage.py")


class Up:
    """One run of an instance. Raises EngineProblem when it is told what makes no sense."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._port = _read_port()
        self._supervisor = Supervisor(say=say, on_change=self._renew_ready)
        self._usages: list[Usage] = []
        self._is_alone = False
        self._is_up = False
        self._warming: asyncio.Task[None] | None = None
        self._logins: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Return the address of the service."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start everything and return when all of it answers. Raises EngineProblem."""
        self._take_alone()
        self._ready_file.unlink(missing_ok=True)
        started = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                # Neo4j takes longest, and nothing in the database waits for it.
                group.create_task(self._prepare_graph())
                group.create_task(self._prepare_database())
        except BaseExceptionGroup as problems:
            raise _first(problems) from None
        await asyncio.gather(*(self._supervisor.run(service) for service in self._services()))
        self._is_up = True
        self._write_ready()
        self._warming = asyncio.create_task(
            self._manage("prepare_graph", "--warm", str(WARM_SECONDS))
        )
        show_banner(self.url, self._logins, seconds=time.monotonic() - started)

    def _take_alone(self) -> None:
        self._instance.prepare()
        alone = self._instance.supervise()
        if not alone.take_alone():
            raise EngineProblem(
                f"An instance already runs in {self._instance.data}; stop it, or choose another"
                " folder with KITH_DATA."
            )
        self._is_alone = True
        self._usages.append(alone)
        if not is_free(self._port, environment.read("KITH_BIND")):
            raise EngineProblem(
                f"Port {self._port} is taken by another program; choose another with PORT, such as"
                f" `make up PORT={self._port + 1}`."
            )

    async def _prepare_graph(self) -> None:
        await self._start_engine("neo4j")
        await self._manage("prepare_graph")

    async def _prepare_database(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name in ENGINES:
                if name != "neo4j":
                    group.create_task(self._start_engine(name))
        say("kith", "bringing the database up to date")
        await self._manage("migrate", "--verbosity=0")
        await self._load_demo()

    async def _start_engine(self, name: str) -> None:
        if Instance.is_given(name):
            return
        engine = make_engine(name)
        usage = self._instance.use(engine.name)
        while not usage.take_alone():
            say(engine.name, "waits for a command that uses it")
            await asyncio.sleep(1)
        usage.share()
        self._usages.append(usage)
        await asyncio.to_thread(engine.prepare, self._instance, lambda text: _say_plain(text))
        if answers(self._instance.endpoint(engine.name).port):
            self._instance.move(engine.name)
            await asyncio.to_thread(engine.prepare, self._instance, lambda text: _say_plain(text))
        say(engine.name, "starts")
        service = Service(
            name=engine.name,
            launch=lambda: engine.launch(self._instance),
            is_ready=lambda: engine.is_ready(self._instance),
            log=self._instance.log / f"{engine.name}.log",
        )
        await self._supervisor.run(service)
        await asyncio.to_thread(engine.finish, self._instance)
        say(engine.name, "answers")

    async def _load_demo(self) -> None:
        logins = self._instance.data / "logins.json"
        is_wanted = environment.read("KITH_DEMO") == "on"
        if is_wanted and environment.read("KITH_ENV") == "development":
            if not logins.exists():
                say("kith", "loading the demo people and rooms")
            await self._manage("load_demo", "--logins", str(logins))
        if logins.exists():
            self._logins = json.loads(logins.read_text())

    async def _manage(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            PYTHON, MANAGE, *arguments,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._environment(),
        )  # fmt: skip
        try:
            output, _ = await process.communicate()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if process.returncode:
            said = output.decode(errors="replace").strip()
            refuse_full_disk(said, f"manage.py {arguments[0]}")
            last = (said.splitlines() or ["no reason given"])[-1]
            raise EngineProblem(f"`manage.py {arguments[0]}` failed: {last}")

    def _environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONUNBUFFERED": "1", "PORT": str(self._port)}

    def _services(self) -> list[Service]:
        bind = environment.read("KITH_BIND")
        web = ["-m", "chat.socket.server", "--host", bind, "--port", str(self._port)]
        celery = ["-m", "celery", "--app", "config.celery", "--quiet"]
        worker = [*celery, "worker", "--pool=threads", "--concurrency=4", "--loglevel=WARNING",
                  "--without-gossip", "--without-mingle"]  # fmt: skip
        beat = [*celery, "beat", "--loglevel=WARNING",
                "--schedule", str(self._instance.data / "beat")]  # fmt: skip
        return [
            self._service("web", web, lambda: _answers_http(f"{self.url}/readyz")),
            # The worker writes this file once it consumes; see config/celery.py.
            self._service("worker", worker, lambda: self._is_marked("worker")),
            self._service("beat", beat, lambda: self._is_marked("beat")),
        ]

    def _service(self, name: str, arguments: list[str], is_ready: object) -> Service:
        environment_of_it = self._environment() | {"KITH_MARK": str(self._mark(name))}

        def launch() -> Launch:
            self._mark(name).unlink(missing_ok=True)
            return Launch([PYTHON, *arguments], environment_of_it, folder=environment.ROOT)

        log = self._instance.log / f"{name}.log"
        return Service(name=name, launch=launch, is_ready=is_ready, log=log)  # type: ignore[arg-type]

    def _mark(self, name: str) -> Path:
        return self._instance.data / f"{name}.mark"

    def _is_marked(self, name: str) -> bool:
        return self._mark(name).exists()

    @property
    def _ready_file(self) -> Path:
        return self._instance.data / "ready.json"

    def _renew_ready(self) -> None:
        """Tell of a process that came or went; one that cannot be told is kept running all the
        same.
        """
        if not self._is_up:
            return
        try:
            self._write_ready()
        except OSError as error:
            say("kith", str(explain_os_error(error, "writing ready.json")), problem=True)

    def _write_ready(self) -> None:
        ready = {"url": self.url, "pids": self._supervisor.pids, "logins": self._logins}
        draft = self._ready_file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(ready, indent=2))
        draft.replace(self._ready_file)

    async def stop(self) -> None:
        """Stop everything that was started and leave no process behind."""
        self._is_up = False
        if self._is_alone:
            # Else it is another one's, which goes on.
            self._ready_file.unlink(missing_ok=True)
        if self._warming is not None:
            self._warming.cancel()
            with contextlib.suppress(asyncio.CancelledError, EngineProblem):
                await self._warming
        await self._supervisor.stop()
        for usage in self._usages:
            usage.leave()


def _read_port() -> int:
    port = environment.read("PORT")
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= LARGEST_PORT):
        raise EngineProblem(f"PORT is {port}; a port is a number from 1 to {LARGEST_PORT}.")
    return int(port)


def _first(problem: BaseException) -> BaseException:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _say_plain(text: str) -> None:
    name, _, rest = text.partition(": ")
    say(name, rest)


def _answers_http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except OSError:
        return False


async def run(instance: Instance, up: Up) -> int:
    """Run the instance until SIGINT or SIGTERM; return the exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, stop.set)
    starting = asyncio.create_task(up.start())
    stopped = asyncio.create_task(stop.wait())
    tail = LogTail(instance.log)
    try:
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await tail.show_until(stop)
        else:
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
        return 0
    except EngineProblem as problem:
        say("kith", str(problem), problem=True)
        return 1
    except OSError as error:
        say("kith", str(explain_os_error(error, "starting")), problem=True)
        return 1
    finally:
        say("kith", "stopping")
        await up.stop()
        say("kith", "stopped")


def main() -> int:
    """Parse the command line and run."""
    argparse.ArgumentParser(
        prog="make up",
        description="Start PostgreSQL, Valkey, Neo4j, the web server, the worker and beat; show"
        " their log until Ctrl-C. KITH_DATA chooses the data folder, PORT the port; .env.example"
        " has the rest.",
    ).parse_args()
    try:
        instance = Instance.current()
        up = Up(instance)
    except EngineProblem as problem:
        say("kith", str(problem), problem=True)
        return 1
    return asyncio.run(run(instance, up))


if __name__ == "__main__":
    sys.exit(main())
