"""Engines for a single command: used where they run already, else started and stopped around it."""

import atexit
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from config.engines.engine import Engine, Say
from config.engines.instance import ENGINES, Instance, Usage
from config.engines.neo4j import Neo4j
from config.engines.ports import answers
from config.engines.postgres import Postgres
from config.engines.problems import EngineProblem
from config.engines.processes import end, start
from config.engines.valkey import Valkey

START_SECONDS = 90.0


def make_engine(name: str) -> Engine:
    """Return the engine of that name: postgres, valkey, neo4j or finbench."""
    if name == "finbench":
        # It lives as long as a command or two.
        return Neo4j("finbench", is_quick=True)
    kinds: dict[str, type[Engine]] = {"postgres": Postgres, "valkey": Valkey, "neo4j": Neo4j}
    return kinds[name]()


def ensure_engines(instance: Instance, names: Iterable[str], say: Say) -> ExitStack:
    """Make sure that the engines answer until this process ends, or closes what is returned.

    What already runs is used; what does not is started and, when the last process that uses it
    leaves, stopped. See Note [Last one out]. Raises EngineProblem when one cannot be started.
    """
    leaving = ExitStack()
    atexit.register(leaving.close)
    for name in names:
        if not Instance.is_given(name):
            _ensure(instance, name, say, leaving)
    return leaving


def _ensure(instance: Instance, name: str, say: Say, leaving: ExitStack) -> None:
    engine = make_engine(name)
    usage = instance.use(name)
    usage.share()
    with instance.starting(name):
        if not engine.is_ready(instance):
            if name in ENGINES and instance.is_supervised():
                # Its supervisor is about to start it, or starts it again: a second one would be a
                # rival.
                _wait(instance, engine, lambda: True)
            else:
                _start_detached(instance, engine, say)
    leaving.callback(_leave, instance, engine, usage)


def _start_detached(instance: Instance, engine: Engine, say: Say) -> None:
    engine.prepare(instance, say)
    if answers(instance.endpoint(engine.name).port):
        instance.move(engine.name)
        engine.prepare(instance, say)
    log = instance.log / f"{engine.name}.log"
    process = start(engine.launch(instance), log, with_parent=False)
    _pid_file(instance, engine).write_text(str(process.pid))
    _wait(instance, engine, lambda: process.poll() is None)
    engine.finish(instance)


def restart_engine(instance: Instance, name: str, say: Say) -> None:
    """Stop an engine that a command started, and start it again. Raises EngineProblem."""
    engine = make_engine(name)
    with instance.starting(name):
        pid_file = _pid_file(instance, engine)
        if pid_file.exists():
            end(int(pid_file.read_text()), engine.launch(instance))
        _start_detached(instance, engine, say)


def _wait(instance: Instance, engine: Engine, goes_on: Callable[[], bool]) -> None:
    log = instance.log / f"{engine.name}.log"
    deadline = time.monotonic() + START_SECONDS
    while not engine.is_ready(instance):
        if not goes_on():
            raise EngineProblem(f"{engine.name} ended while starting; {log} says why.")
        if time.monotonic() > deadline:
            raise EngineProblem(f"{engine.name} did not answer in time; {log} says why.")
        time.sleep(0.05)


def _leave(instance: Instance, engine: Engine, usage: Usage) -> None:
    with instance.starting(engine.name):
        pid_file = _pid_file(instance, engine)
        if usage.take_alone() and pid_file.exists():
            end(int(pid_file.read_text()), engine.launch(instance))
            pid_file.unlink()
    usage.leave()


def _pid_file(instance: Instance, engine: Engine) -> Path:
    return instance.data / f"{engine.name}.pid"
