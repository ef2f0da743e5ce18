"""Neo4j's jars: exactly those of `neo4j.lock`, fetched once per user and checked at every start.

`python -m config.engines.jars` (`make lock-neo4j`) writes the lock anew.
"""

import argparse
import fcntl
import hashlib
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import astuple, dataclass
from pathlib import Path

import requests
from jgo.env import EnvironmentBuilder
from jgo.maven import MavenContext

from config import environment
from config.engines.engine import Say
from config.engines.problems import EngineProblem, explain_os_error

LOCK = Path(__file__).with_name("neo4j.lock")
VERSION = "5.26.30"
COORDINATES = (f"org.neo4j:neo4j:{VERSION}", f"org.neo4j.app:neo4j-server:{VERSION}")
NO_CLASSIFIER = "-"
FETCHING_AT_ONCE = 8


@dataclass(frozen=True, order=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Return the name of the jar's file; no two jars of the lock share one."""
        suffix = "" if self.classifier == NO_CLASSIFIER else f"-{self.classifier}"
        return f"{self.artifact}-{self.version}{suffix}.jar"


# Neo4j Browser, the newest there is for a Neo4j of this line. It stands beside the lock, because
# nothing depends on it: a server that has it on its class path shows it at its HTTP port.
BROWSER = Jar(
    "org.neo4j.client", "neo4j-browser", "5.24.0", NO_CLASSIFIER,
    "064b3291c4236002c9ea04c89592ebebc80fe1f790eda36642599c9a1ee80bb8",
)  # fmt: skip


def read_lock() -> list[Jar]:
    """Return the locked jars, in the order of the lock."""
    lines = LOCK.read_text().splitlines()
    return [Jar(*line.split()) for line in lines if line and not line.startswith("#")]


def fetch_jars(say: Say, *, more: Sequence[Jar] = ()) -> list[Path]:
    """Return the paths of all locked jars, and of `more`, fetching those that are missing, several
    at once.

    Raises EngineProblem when the registry cannot be reached or a jar differs from the lock.
    """
    folder = environment.cache_folder() / f"neo4j-{VERSION}"
    jars = [*read_lock(), *more]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / ".fetching", "w") as file:
            # Several instances share the folder; the second to start waits for the first one's
            # download.
            fcntl.flock(file, fcntl.LOCK_EX)
            missing = [jar for jar in jars if not (folder / jar.file_name).exists()]
            if missing:
                _fetch(missing, folder, say)
        _refuse_differing(jars, folder)
    except OSError as error:
        raise explain_os_error(error, "fetching Neo4j") from error
    return [folder / jar.file_name for jar in jars]


def _fetch(missing: list[Jar], folder: Path, say: Say) -> None:
    logging.getLogger("jgo").setLevel(logging.CRITICAL)
    said = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as staging,
        ThreadPoolExecutor(FETCHING_AT_ONCE) as pool,
    ):
        context = MavenContext(repo_cache=Path(staging), timeout=60)
        waiting = [pool.submit(_fetch_one, context, jar, folder) for jar in missing]
        for done, future in enumerate(as_completed(waiting), start=1):
            try:
                future.result()
            except (requests.RequestException, RuntimeError) as error:
                pool.shutdown(cancel_futures=True)
                raise EngineProblem(
                    "Maven's registry cannot be reached to fetch Neo4j; check the network and try"
                    f" again ({type(error).__name__})."
                ) from error
            if time.monotonic() - said > 1 or done == len(missing):
                said = time.monotonic()
                say(f"neo4j: fetched {done} of {len(missing)} jars")


def _fetch_one(context: MavenContext, jar: Jar, folder: Path) -> None:
    classifier = "" if jar.classifier == NO_CLASSIFIER else jar.classifier
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    fetched = component.artifact(classifier=classifier).resolve()
    # Moved only when it is whole, so that a killed download leaves nothing that looks like a jar.
    fetched.rename(folder / jar.file_name)


def _refuse_differing(jars: list[Jar], folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(lambda jar: _digest(folder / jar.file_name), jars))
    for jar, digest in zip(jars, digests, strict=True):
        if digest != jar.sha256:
            # Kept under another name: it is evidence, and the next start fetches a fresh one.
            spoilt = folder / jar.file_name
            spoilt.rename(spoilt.with_suffix(".refused"))
            raise EngineProblem(
                f"{spoilt.name} differs from the committed lock and was refused; start again to"
                " fetch it anew, and distrust the registry if this repeats."
            )


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve_lock() -> list[Jar]:
    """Resolve Neo4j's dependencies anew and return what the lock should hold, sorted."""
    cache = environment.cache_folder()
    context = MavenContext(repo_cache=cache / "maven", timeout=60)
    builder = EnvironmentBuilder(context=context, cache_dir=cache / "jgo")
    lockfile = builder.from_endpoint("+".join(COORDINATES)).lockfile
    if lockfile is None:
        raise EngineProblem("The resolver left no list of what it found.")
    return sorted(
        Jar(
            found.groupId, found.artifactId, found.version,
            found.classifier or NO_CLASSIFIER, found.sha256 or "",
        )
        for found in lockfile.dependencies
    )  # fmt: skip


def write_lock() -> None:
    """Write the lock file."""
    lines = [" ".join(astuple(jar)) for jar in resolve_lock()]
    title = f"# Neo4j {VERSION} Community: group artifact version classifier sha256"
    LOCK.write_text("\n".join([f"{title}. Made by `make lock-neo4j`.", *lines]) + "\n")
    sys.stdout.write(f"{LOCK.name}: {len(lines)} jars\n")


if __name__ == "__main__":
    argparse.ArgumentParser(description="Write the lock of Neo4j's jars anew.").parse_args()
    write_lock()
