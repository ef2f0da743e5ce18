"""Starts the engines of the test run; loaded before Django, because its settings name their ports.

They run in a data folder of their own and are shared by the whole run; whoever leaves last stops
them.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("KITH_DATA", "var/test")
os.environ["KITH_SHORT_LIVED"] = "1"
os.environ["KITH_RATE_LIMITS"] = "off"

# After the environment, which the settings read.
from config.engines.instance import Instance
from config.engines.launcher import ensure_engines
from config.engines.problems import EngineProblem


def _start() -> None:
    instance = Instance.current()
    try:
        instance.prepare()
        ensure_engines(
            instance, ("postgres", "valkey", "neo4j"), lambda line: print(line, file=sys.stderr)
        )
    except EngineProblem as problem:
        sys.exit(f"tests: {problem}")


_start()
