"""A store of Neo4j that was made aside and takes the place of the one that is used.

It stands under the data folder until then, in an instance of its own with its own server, so that
the old store serves until the new one is whole, indexed and compared.
"""

import shutil
from pathlib import Path

from config.engines.instance import Instance

PARTS = ("databases", "transactions")


def folder(instance: Instance) -> Path:
    """Return where the new store of an instance is made."""
    return instance.data / "neo4j-new"


def _mark(instance: Instance) -> Path:
    return folder(instance) / "whole"


def discard(instance: Instance) -> None:
    """Remove what an earlier attempt has left."""
    shutil.rmtree(folder(instance), ignore_errors=True)


def offer(instance: Instance) -> None:
    """Have the new store, whose server has stopped, used from Neo4j's next start on."""
    _mark(instance).touch()


def is_waiting(instance: Instance) -> bool:
    """Tell whether a new store waits for the next start."""
    return _mark(instance).exists()


def adopt(instance: Instance) -> None:
    """Put the new store in its place if one waits; only while Neo4j does not run.

    It may die in between: the mark goes last, and each step that was done is left out the next
    time, which is before Neo4j starts again.
    """
    if not is_waiting(instance):
        return
    new, former = folder(instance) / "neo4j" / "data", folder(instance) / "former"
    used = instance.data / "neo4j" / "data"
    for part in PARTS:
        if (new / part / "neo4j").exists():
            if (used / part / "neo4j").exists():
                shutil.rmtree(former / part, ignore_errors=True)
                former.mkdir(exist_ok=True)
                (used / part / "neo4j").rename(former / part)
            (used / part).mkdir(parents=True, exist_ok=True)
            (new / part / "neo4j").rename(used / part / "neo4j")
    _mark(instance).unlink()
    discard(instance)
