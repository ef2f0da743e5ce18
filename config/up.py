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
from pathlib import Path
from typing import Any

from config import environment
from config.engines.engine import Launch
from config.engines.instance import ENGINES, Instance, Usage
from config.engines.launcher import make_engine
from config.engines.neo4j import Neo4j
from config.engines.ports import answers, is_free
from config.engines.problems import EngineProblem, explain_os_error, refuse_full_disk
from config.engines.supervisor import Service, Supervisor
from config.log import LogTail, say, show_banner
from config.own_services import PYTHON, OwnServices

WARM_SECONDS = 10
MANAGE = str(environment.ROOT / "manage.py")


class Up:
    """One run of an instance. Raises EngineProblem when it is told what makes no sense."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._own = OwnServices(instance)
        self._supervisor = Supervisor(say=say, on_change=self._renew_ready)
        self._web, self._background = self._own.web(), self._own.background()
        self._engines: dict[str, Service] = {}
        self._usages: list[Usage] = []
        self._is_alone = False
        self._is_up = False
        self._warming: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._logins: list[dict[str, str]] = []
        self._reloading: asyncio.Task[None] | None = None
        self._is_reload_wanted = False
        self._reload: dict[str, Any] = {"count": 0, "is_under_way": False, "problem": None}

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
        # Ended last: it passes on what the web processes tell their sockets at the end.
        await self._supervisor.run(*self._own.proxy())
        await self._supervisor.run(*self._web, *self._background)
        self._is_up = True
        self._write_ready()
        self._warming = asyncio.create_task(
            self._manage("prepare_graph", "--warm", str(WARM_SECONDS))
        )
        show_banner(self._own.url, self._logins, seconds=time.monotonic() - started)

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
        port = self._own.port
        if not is_free(port, environment.read("KITH_BIND")):
            raise EngineProblem(
                f"Port {port} is taken by another program; choose another with PORT, such as"
                f" `make up PORT={port + 1}`."
            )
        if self._own.nginx is not None:
            self._own.nginx.prepare()

    async def _prepare_graph(self) -> None:
        await self._start_engine("neo4j")
        await self._manage("prepare_graph")

    async def _prepare_database(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name in ENGINES:
                if name != "neo4j":
                    group.create_task(self._start_engine(name))
            group.create_task(self._start_banks())
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

        def launch() -> Launch:
            if isinstance(engine, Neo4j):
                engine.configure(self._instance)
            return engine.launch(self._instance)

        service = Service(
            name=engine.name,
            launch=launch,
            is_ready=lambda: engine.is_ready(self._instance),
            log=self._instance.log / f"{engine.name}.log",
        )
        self._engines[name] = service
        await self._supervisor.run(service)
        await asyncio.to_thread(engine.finish, self._instance)
        say(engine.name, "answers")

    async def _start_banks(self) -> None:
        if not Instance.is_given("banks"):
            self._own.prepare_banks()
            await self._supervisor.run(*self._own.banks())

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
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._own.environment(),
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

    def reload_soon(self) -> None:
        """Have our own processes replaced by new ones, after what is under way of that."""
        self._is_reload_wanted = True
        if self._is_up and self._reloading is None:
            self._reloading = asyncio.create_task(self._reload_all())

    async def _reload_all(self) -> None:
        while self._is_reload_wanted:
            self._is_reload_wanted = False
            self._reload |= {"is_under_way": True, "problem": None}
            self._renew_ready()
            say("kith", "bringing up the new version")
            try:
                await self._manage("migrate", "--verbosity=0")
                # One at a time, so that with several web processes somebody always answers.
                for service in (*self._web, *self._background):
                    await self._supervisor.restart(service)
                say("kith", "the new version runs")
            except EngineProblem as problem:
                say("kith", f"{problem} What was not replaced goes on.", problem=True)
                self._reload["problem"] = str(problem)
            self._reload |= {"count": self._reload["count"] + 1, "is_under_way": False}
            self._renew_ready()
        self._reloading = None

    def renew_graph_soon(self) -> None:
        """Have Neo4j started anew, with the store that `rebuild_graph` has made."""
        if self._is_up and "neo4j" in self._engines and not self._is_renewing():
            self._renewing = asyncio.create_task(self._renew_graph())

    def _is_renewing(self) -> bool:
        return self._renewing is not None and not self._renewing.done()

    async def _renew_graph(self) -> None:
        say("neo4j", "starts anew, with a new store")
        try:
            await self._supervisor.restart(self._engines["neo4j"])
        except EngineProblem as problem:
            say("neo4j", str(problem), problem=True)

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
        ready = {
            "url": self._own.url,
            "pids": self._supervisor.pids,
            "logins": self._logins,
            "supervisor": os.getpid(),
            "reload": self._reload,
            "banks": self._own.banks_url,
        }
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
        for task in (self._warming, self._reloading, self._renewing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, EngineProblem):
                    await task
        await self._supervisor.stop()
        for usage in self._usages:
            usage.leave()


def _first(problem: BaseException) -> BaseException:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _say_plain(text: str) -> None:
    name, _, rest = text.partition(": ")
    say(name, rest)


async def run(instance: Instance, up: Up) -> int:
    """Run the instance until SIGINT or SIGTERM; return the exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, stop.set)
    # Not SIGHUP, which is what a terminal that is closed sends. See config/reload.py.
    loop.add_signal_handler(signal.SIGUSR1, up.reload_soon)
    loop.add_signal_handler(signal.SIGUSR2, up.renew_graph_soon)
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
