"""Making a whole store of Neo4j from CSV files, aside, and putting it in the place of the old."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from config.engines import new_store
from config.engines.engine import Say
from config.engines.instance import Endpoint, Instance
from config.engines.launcher import ensure_engines, restart_engine
from config.engines.neo4j import Neo4j
from config.engines.problems import EngineProblem
from config.reload import Running
from graph.projection.queries import COUNT_ALL
from graph.projection.services import schema_statements

IMPORT = "org.neo4j.server.startup.Neo4jAdminCommand"
# The import keeps ids and what it sorts outside of the heap.
HEAP, OFF_HEAP = "1g", "1g"
# It goes through so many steps and says of each how far it is.
STEPS = 4
STEP, PERCENT = re.compile(r"^\((\d)/4\)", re.MULTILINE), re.compile(r"(\d+)% ")
ADOPTED_SECONDS = 180.0
POLL_SECONDS = 0.2

Progress = Callable[[str, int, int], None]


class NewStore:
    """A store that is made under the data folder of an instance, by a Neo4j of its own."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        new_store.discard(instance)
        self._aside = Instance(new_store.folder(instance))
        self._aside.prepare()
        self._engine = Neo4j()
        self.files = new_store.folder(instance) / "csv"
        self.files.mkdir()

    def load(self, arguments: Sequence[str], *, say: Say, progress: Progress) -> None:
        """Import the files. Raises EngineProblem with the last thing that the import said."""
        self._engine.prepare(self._aside, say)
        import_files(
            self._engine, self._aside.data / self._engine.name, arguments,
            log=self._instance.log / "neo4j-import.log", progress=progress,
        )  # fmt: skip
        # Room for the indexes.
        shutil.rmtree(self.files)

    def finish(self, *, expected: Mapping[str, int], say: Say, progress: Progress) -> None:
        """Index the new store and count what is in it. Raises EngineProblem when that is not what
        was written.
        """
        at = self._aside.endpoint("neo4j")
        with ensure_engines(self._aside, ("neo4j",), say):
            # A fresh one: the port may have been taken meanwhile.
            at = Instance(self._aside.data).endpoint("neo4j")
            index_and_compare(at, expected=expected, progress=progress)

    def put_in_place(self, *, say: Say) -> None:
        """Have Neo4j use the new store, which takes a restart. Raises EngineProblem; the next start
        uses it then.
        """
        new_store.offer(self._instance)
        if self._instance.is_supervised():
            pid = Running(self._instance).read()["supervisor"]
            os.kill(pid, signal.SIGUSR2)
            self._wait_until_adopted()
        else:
            restart_engine(self._instance, "neo4j", say)

    def _wait_until_adopted(self) -> None:
        engine = Neo4j()
        deadline = time.monotonic() + ADOPTED_SECONDS
        while new_store.is_waiting(self._instance) or not engine.is_ready(self._instance):
            if time.monotonic() > deadline:
                raise EngineProblem(
                    "Neo4j did not start anew; the log of `make up` says why. Its next start uses"
                    " the new store."
                )
            time.sleep(POLL_SECONDS)


def import_files(
    engine: Neo4j, home: Path, arguments: Sequence[str], *, log: Path, progress: Progress
) -> None:
    """Make a store of the files, in the home folder of an engine that is prepared and does not run.

    Raises EngineProblem when the import fails; `log` gets what it said.
    """
    command = engine.tool(
        IMPORT, "database", "import", "full", "neo4j", *arguments, "--overwrite-destination",
        f"--max-off-heap-memory={OFF_HEAP}", "--threads=2", "--bad-tolerance=0",
        f"--report-file={home / 'import.report'}",
    )  # fmt: skip
    # It runs in a process of its own, whose heap this says.
    terms = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf"), "HEAP_SIZE": HEAP}
    with open(log, "wb") as said:
        importing = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, cwd=home, env=os.environ | terms
        )
        try:
            while importing.poll() is None:
                progress("importing, %", _how_far(log), STEPS * 100)
                time.sleep(POLL_SECONDS)
        finally:
            # Nothing once it has ended by itself.
            importing.kill()
            importing.wait()
    if importing.returncode:
        raise EngineProblem(f"The import into Neo4j failed; {log} says why.")
    progress("importing, %", STEPS * 100, STEPS * 100)


def index_and_compare(at: Endpoint, *, expected: Mapping[str, int], progress: Progress) -> None:
    """Index a new store, which a server at that endpoint serves, and count what is in it. Raises
    EngineProblem when that is not what was written.
    """
    try:
        with GraphDatabase.driver(
            f"bolt://127.0.0.1:{at.port}", auth=("neo4j", at.password), telemetry_disabled=True
        ) as driver:
            _index(driver, progress)
            _compare(driver, expected)
    except (DriverError, Neo4jError) as error:
        raise EngineProblem(f"The new store could not be indexed: {error}") from error


def _how_far(log: Path) -> int:
    said = log.read_text(errors="replace")
    steps = list(STEP.finditer(said))
    if not steps:
        return 0
    percent = PERCENT.findall(said, steps[-1].end())
    return (int(steps[-1][1]) - 1) * 100 + (int(percent[-1]) if percent else 0)


def _index(driver: Driver, progress: Progress) -> None:
    statements = schema_statements()
    for done, statement in enumerate(statements):
        progress("indexes", done, len(statements))
        with driver.session() as session:
            session.run(statement).consume()
            session.run("CALL db.awaitIndexes(3600)").consume()
    progress("indexes", len(statements), len(statements))


def _compare(driver: Driver, expected: Mapping[str, int]) -> None:
    with driver.session(default_access_mode="READ") as session:
        found = {row["name"]: row["found"] for row in session.run(COUNT_ALL.text)}
    for name, number in expected.items():
        if found.get(name, 0) != number:
            raise EngineProblem(
                f"The new store has {found.get(name, 0):,} of {name}, not {number:,}; it is not"
                " used."
            )
