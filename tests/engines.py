"""Starts the engines of the test run; loaded before Django, because its settings name their ports.

They run in a data folder of their own and are shared by the whole run; whoever leaves last stops
them. Where pytest-xdist has several processes run tests side by side, each of them has a folder
and engines of its own, and so books of its own that must balance.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

# What pytest-xdist calls this process if it runs tests for another one: gw0, gw1 and so on.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["KITH_DATA"] = str(Path(os.environ.get("KITH_DATA") or "var/test") / WORKER)
os.environ["KITH_SHORT_LIVED"] = "1"
os.environ["KITH_RATE_LIMITS"] = "off"
# A machine that is busy with tests plans a question for longer than people would wait.
os.environ["KITH_RISK_SECONDS"] = "30"
os.environ["KITH_GATE_MS"] = "20000"

# After the environment, which the settings read.
from config.engines.instance import Instance
from config.engines.launcher import ensure_engines
from config.engines.problems import EngineProblem

_engines = ExitStack()


# A wrapper, because those come before pytest-django, which reads the settings in the same hook.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the engines, unless this process only hands out tests to others."""
    options = early_config.known_args_namespace
    if WORKER or not getattr(options, "numprocesses", None):
        _start()
    return (yield)


# Not left to the end of the process: a worker that takes long to end is killed, and would leave
# its engines behind.
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Stop the engines."""
    _engines.close()


def _start() -> None:
    instance = Instance.current()
    try:
        instance.prepare()
        _engines.push(ensure_engines(instance, ("postgres", "valkey", "neo4j"), _say))
    except EngineProblem as problem:
        sys.exit(f"tests: {problem}")


def _say(line: str) -> None:
    print(f"{WORKER} | {line}" if WORKER else line, file=sys.stderr)
