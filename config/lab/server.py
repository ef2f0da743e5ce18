"""The Neo4j of the lab: alone in a folder of its own, first to be filled, then to be asked."""

import shutil
import subprocess
import time
from pathlib import Path

from config.engines.engine import Say
from config.engines.instance import Endpoint, Instance, Usage
from config.engines.jars import BROWSER
from config.engines.neo4j import Neo4j
from config.engines.ports import LOOPBACK, is_free
from config.engines.problems import EngineProblem, explain_os_error
from config.engines.processes import end, start

NAME, BROWSER_PORT = "lab", "lab_browser"
USER = "neo4j"
START_SECONDS = 120.0
POLL_SECONDS = 0.2

# Note [Read-only]
# Community has no roles: who may log in to a Neo4j may do everything there. So nobody logs in to
# the live one. The lab is a copy whose server refuses every write to every database, whoever asks:
# that is a setting of the server, which Community can only read while it runs.
READ_ONLY = {
    "server.databases.default_to_read_only": "true",
    # Cypher can read files and addresses as CSV; of those of this machine nothing is wanted.
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "server.http.enabled": "true",
    # Neo4j Browser would report home; below, its page may not even ask anybody else.
    "client.allow_telemetry": "false",
}
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none';"
    " object-src 'none'; frame-ancestors 'none'; connect-src 'self' http://{bolt} ws://{bolt}"
)


class Lab:
    """The lab of an instance. `say` gets what a person should know."""

    def __init__(self, instance: Instance, say: Say) -> None:
        self.instance = instance
        self.home = instance.data / NAME
        self.log = instance.log / f"{NAME}.log"
        self._say = say
        self._usage: Usage | None = None
        self._engine = Neo4j(NAME)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bolt(self) -> Endpoint:
        """Return where notebooks ask, and the password."""
        return self.instance.endpoint(NAME)

    @property
    def address(self) -> str:
        """Return the address for notebooks, with the log-in."""
        return f"bolt://{USER}:{self.bolt.password}@{LOOPBACK}:{self.bolt.port}"

    @property
    def browser(self) -> str:
        """Return the address of Neo4j Browser, which then asks for the password."""
        at = self.instance.endpoint(BROWSER_PORT)
        bolt = f"bolt://{USER}@{LOOPBACK}:{self.bolt.port}"
        return f"http://{LOOPBACK}:{at.port}/browser/?connectURL={bolt}"

    def take_alone(self) -> None:
        """Be the only lab of the instance until `leave`. Raises EngineProblem."""
        usage = self.instance.use(NAME)
        if not usage.take_alone():
            usage.leave()
            raise EngineProblem(
                f"A lab is open in {self.instance.data} already; end it with Ctrl-C first."
            )
        self._usage = usage

    def choose_ports(self, *, bolt: int | None, http: int | None) -> None:
        """Listen on these ports; where one is None, on the one of the last time or, when that is
        taken, another. Raises EngineProblem when a port that was chosen is taken.
        """
        for name, option, chosen in ((NAME, "--bolt", bolt), (BROWSER_PORT, "--http", http)):
            if chosen is not None and not is_free(chosen):
                raise EngineProblem(
                    f"Port {chosen} is taken by another program; choose another with {option}."
                )
            if chosen is not None or not is_free(self.instance.endpoint(name).port):
                self.instance.move(name, port=chosen)

    def make_folder(self) -> Path:
        """Make its folder anew, empty and for this user alone; return it. Raises EngineProblem."""
        try:
            self.remove_folder()
            self.home.mkdir(mode=0o700)
        except OSError as error:
            raise explain_os_error(error, "making the lab's folder") from error
        return self.home

    def remove_folder(self) -> None:
        """Leave no copy of anybody's data behind."""
        if self.home.exists():
            shutil.rmtree(self.home)

    def prepare(self) -> Neo4j:
        """Return its engine, ready to be filled while it does not run. Raises EngineProblem."""
        self._engine = Neo4j(NAME)
        self._engine.prepare(self.instance, self._say)
        return self._engine

    def start(self) -> None:
        """Start it to be filled, after `prepare`. Raises EngineProblem."""
        self._process = start(self._engine.launch(self.instance), self.log, with_parent=True)
        deadline = time.monotonic() + START_SECONDS
        while not self._engine.is_ready(self.instance):
            if self._process.poll() is not None:
                raise EngineProblem(f"The lab's Neo4j ended while starting; {self.log} says why.")
            if time.monotonic() > deadline:
                raise EngineProblem(f"The lab's Neo4j did not answer; {self.log} says why.")
            time.sleep(POLL_SECONDS)

    def start_read_only(self) -> None:
        """Start it to be asked, with Neo4j Browser. Raises EngineProblem."""
        port = self.instance.endpoint(BROWSER_PORT).port
        settings = READ_ONLY | {
            "server.http.listen_address": f"{LOOPBACK}:{port}",
            "server.bolt.advertised_address": f"{LOOPBACK}:{self.bolt.port}",
            "dbms.security.http_static_content_security_policy_header": POLICY.format(
                bolt=f"{LOOPBACK}:{self.bolt.port}"
            ),
            # No other page that the same person has open may ask.
            "dbms.security.http_access_control_allow_origin": f"http://{LOOPBACK}:{port}",
        }
        self._engine = Neo4j(NAME, settings=settings, more_jars=[BROWSER])
        self._engine.prepare(self.instance, self._say)
        self.start()

    def wait(self) -> None:
        """Return never; raises EngineProblem when it ends by itself."""
        assert self._process is not None
        while self._process.poll() is None:
            time.sleep(POLL_SECONDS)
        raise EngineProblem(f"The lab's Neo4j ended by itself; {self.log} says why.")

    def stop(self) -> None:
        """Stop it if it runs."""
        if self._process is not None:
            end(self._process.pid, self._engine.launch(self.instance))
            self._process.wait()
            self._process = None

    def leave(self) -> None:
        """Stop it, remove its copy of the graph, and let others have it."""
        self.stop()
        if self._usage is not None:
            self.remove_folder()
            self._usage.leave()
            self._usage = None
