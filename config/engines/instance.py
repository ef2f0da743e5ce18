"""One instance of Kith: its data folder, the ports and passwords of its engines, and who uses
them.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import environment
from config.engines.ports import find_free_port
from config.engines.problems import EngineProblem, explain_os_error

ENGINES = ("postgres", "valkey", "neo4j")
# The variable that names an engine which is already there, so that none is started.
URL_VARIABLES = {
    "postgres": "DATABASE_URL",
    "valkey": "REDIS_URL",
    "neo4j": "NEO4J_URI",
    "banks": "KITH_BANKS_URL",
}
# What has a port of its own that is kept from run to run.
# `finbench` is a second Neo4j that no service needs; management commands start it. `lab` is that of
# `make risk-lab`, and `lab_browser` the port at which it shows Neo4j Browser.
LISTENING = (*ENGINES, "banks", "finbench", "lab", "lab_browser")


@dataclass(frozen=True)
class Endpoint:
    """Where an engine of this instance listens (on 127.0.0.1) and its generated password."""

    port: int
    password: str


class Instance:
    """What the data folder knows; nothing is written until `prepare` is called.

    Raises EngineProblem when it cannot be read.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._settings_file = data / "engines.json"
        try:
            self._settings: dict[str, Any] = self._read()
        except OSError as error:
            raise explain_os_error(error, f"reading the data folder {data}") from error

    def _read(self) -> dict[str, Any]:
        if not self._settings_file.exists():
            return {}
        try:
            settings: dict[str, Any] = json.loads(self._settings_file.read_text())
        except ValueError:
            raise EngineProblem(f"{self._settings_file} is damaged.") from None
        return settings

    @classmethod
    def current(cls) -> "Instance":
        """Return the instance that KITH_DATA names."""
        return cls(environment.data_folder())

    def prepare(self) -> None:
        """Make the folder and choose ports and passwords, once; later calls change nothing."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            (self.data / "log").mkdir(exist_ok=True)
            with self._locked("prepare.lock"):
                self._settings = self._read()
                # A folder of an earlier version knows some of them.
                missing = [name for name in LISTENING if name not in self._settings]
                for name in missing:
                    self._settings[name] = {
                        "port": find_free_port(), "password": secrets.token_hex(24)
                    }  # fmt: skip
                self._settings.setdefault("secret_key", secrets.token_urlsafe(48))
                if missing:
                    self._save()
        except OSError as error:
            raise explain_os_error(error, f"preparing the data folder {self.data}") from error

    def endpoint(self, engine: str) -> Endpoint:
        """Return where the engine listens; port 0 as long as the instance was never prepared."""
        known = self._settings.get(engine)
        return Endpoint(known["port"], known["password"]) if known else Endpoint(0, "unprepared")

    def move(self, engine: str, *, port: int | None = None) -> Endpoint:
        """Give the engine another port, by itself a free one, because somebody else took the one it
        had.
        """
        with self._locked("prepare.lock"):
            # Another process may have moved another engine meanwhile.
            self._settings = self._read()
            self._settings[engine]["port"] = port or find_free_port()
            self._save()
        return self.endpoint(engine)

    @property
    def secret_key(self) -> str:
        """Return the generated key that signs cookies in development."""
        return str(self._settings.get("secret_key", "unprepared"))

    @property
    def log(self) -> Path:
        """Return the folder of the log files."""
        return self.data / "log"

    def url_of(self, engine: str) -> str:
        """Return the URL of the engine: the one the environment names, or that of our own."""
        if given := environment.read(URL_VARIABLES[engine]):
            return given
        at = self.endpoint(engine)
        return {
            "postgres": f"postgres://kith:{at.password}@127.0.0.1:{at.port}/kith",
            "valkey": f"redis://:{at.password}@127.0.0.1:{at.port}/0",
            "neo4j": f"bolt://127.0.0.1:{at.port}",
            # The scheme says that they are not real; production refuses it.
            "banks": f"sandbox://127.0.0.1:{at.port}",
        }[engine]

    @staticmethod
    def is_given(engine: str) -> bool:
        """Tell whether the environment names an engine that is already there."""
        variable = URL_VARIABLES.get(engine)
        return variable is not None and bool(environment.read(variable))

    def use(self, engine: str) -> "Usage":
        """Return a handle to say that this process uses the engine. See Note [Last one out]."""
        return Usage(self.data / f"{engine}.users")

    def supervise(self) -> "Usage":
        """Return a handle that only the one supervisor of this instance holds alone."""
        return Usage(self.data / "up.lock")

    def is_supervised(self) -> bool:
        """Tell whether a supervisor (`make up`) runs this instance."""
        handle = self.supervise()
        try:
            return not handle.take_alone()
        finally:
            handle.leave()

    def _save(self) -> None:
        draft = self._settings_file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._settings, indent=2))
        draft.replace(self._settings_file)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with open(self.data / name, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def starting(self, engine: str) -> Any:
        """Return a context in which no other process starts or stops the engine."""
        return self._locked(f"{engine}.starting")


class Usage:
    """A shared lock on a file: held by each process that uses an engine, dropped by the kernel with
    it.
    """

    # Note [Last one out]
    # Several commands may need the same engine at the same time, and any of them may be killed.
    # Each holds a shared lock for as long as it lives; whoever, on leaving, gets the lock alone was
    # the last and stops the engine. A killed process gives its lock up by itself, so the next one
    # to leave cleans up after it.

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def share(self) -> None:
        """Say that this process uses the engine; wait while somebody has it alone."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def take_alone(self) -> bool:
        """Take the engine alone if nobody else uses it, and tell whether that worked."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Stop using the engine."""
        os.close(self._file)
