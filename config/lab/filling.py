"""What fills the lab: all that PostgreSQL says the graph should hold, at one moment."""

import getpass
import shutil
from collections.abc import Callable
from datetime import datetime

from django.db import Error, OperationalError, connections

from config.engines.engine import Say
from config.engines.graph_import import import_files, index_and_compare
from config.engines.problems import EngineProblem
from config.lab.server import Lab
from graph.projection.exporting import File, export_all
from graph.risk.services import record_look

# What the log of looks calls it.
LOOK = "lab"

Progress = Callable[[str, int, int], None]


def read_all(lab: Lab, *, at: datetime, progress: Progress) -> list[File]:
    """Write down that somebody opens the lab, and everything that will be in it to files in its
    folder. Raises EngineProblem.
    """
    folder = lab.make_folder() / "csv"
    folder.mkdir()
    try:
        # What is asked there afterwards is known to nobody else.
        record_look(
            person_id=None, by=f"command line: {getpass.getuser()}", question=LOOK, parameters={},
            at=at,
        )  # fmt: skip
        return export_all(folder=folder, progress=progress)
    except OperationalError as error:
        raise EngineProblem(f"PostgreSQL cannot be read: {_first_line(error)}") from error
    except Error as error:
        raise EngineProblem(
            "The database is empty or of another version; `make up` brings it up to date"
            f" ({_first_line(error)})."
        ) from error
    finally:
        connections.close_all()


def fill(lab: Lab, files: list[File], *, say: Say, progress: Progress) -> int:
    """Make the lab's store of the files, index it, and return how many nodes and edges it has.

    Raises EngineProblem when that is not what was written to the files.
    """
    engine = lab.prepare()
    say("making the store")
    import_files(
        engine, lab.home, [file.argument for file in files if file.rows],
        log=lab.instance.log / "lab-import.log", progress=progress,
    )  # fmt: skip
    shutil.rmtree(lab.home / "csv")
    say("indexing it")
    expected = {file.part.name: file.rows for file in files}
    lab.start()
    try:
        index_and_compare(lab.bolt, expected=expected, progress=progress)
    finally:
        lab.stop()
    return sum(expected.values())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
