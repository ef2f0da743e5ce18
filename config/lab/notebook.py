"""What a notebook needs to ask the lab: `lab = open_lab()`, then `lab.ask("rings.found")`.

The questions are those of docs/risk.md, put by the code that puts them to the live graph; a process
that has opened a lab knows no other graph.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import django
from neo4j.exceptions import DriverError, Neo4jError

from config import environment
from config.engines.instance import Instance
from config.lab.server import USER, Lab
from config.lab.shown import Drawing, Table

if TYPE_CHECKING:
    from graph.statements import Statement

# One who explores waits longer than a page.
SECONDS = 60.0


class LabAway(Exception):
    """No lab answers where it should."""

    def __init__(self, at: str) -> None:
        super().__init__(
            f"No risk lab answers at {at}; open one by `make risk-lab`, with the same KITH_DATA, or"
            " set KITH_LAB to the address that it prints for notebooks."
        )


class NoLab(Exception):
    """What answers is another Neo4j, such as the live one."""

    def __init__(self, at: str) -> None:
        super().__init__(f"The Neo4j at {at} can be written to, so it is no risk lab.")


def open_lab() -> "OpenLab":
    """Return the lab that KITH_LAB or KITH_DATA names. Raises LabAway, NoLab."""
    given = environment.read("KITH_LAB")
    address = urlsplit(given or Lab(Instance.current(), say=print).address)
    at = f"{address.scheme}://{address.hostname}:{address.port}"
    # Its settings are read once, so this comes first.
    os.environ |= {
        "NEO4J_URI": at, "NEO4J_USER": address.username or USER,
        "NEO4J_PASSWORD": address.password or "",
    }  # fmt: skip
    os.environ.setdefault("KITH_RISK_SECONDS", str(SECONDS))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    return OpenLab(at)


class OpenLab:
    """The lab, to be asked. `driver` is for what cannot be asked by the rest."""

    def __init__(self, at: str) -> None:
        from graph.database import driver

        self.at = at
        self.driver = driver()
        try:
            found = self.driver.execute_query("SHOW HOME DATABASE YIELD access", routing_="r")
        except (DriverError, Neo4jError, OSError) as error:
            raise LabAway(at) from error
        if [record["access"] for record in found.records] != ["read-only"]:
            raise NoLab(at)

    def __repr__(self) -> str:
        return f"the risk lab at {self.at}, read-only"

    def questions(self) -> Table:
        """List the saved questions, with what they ask and what may be filled in."""
        from graph.risk.questions import list_questions

        # Our own first.
        found = sorted(list_questions("live"), key=lambda one: one.name.startswith("finbench."))
        return Table(
            columns=["name", "asks", "parameters"],
            rows=[
                [one.name, one.sentence, ", ".join(part.name for part in one.parameters)]
                for one in found
            ],
        )  # fmt: skip

    def ask(self, name: str, /, **parameters: Any) -> Table:
        """Put a saved question. Raises a Refusal that names what is wrong with it."""
        from graph.risk.answers import answer, get_question

        found = answer(get_question(name, graph="live"), parameters, graph="live")
        columns = found.question.columns
        return Table(
            columns=[column.name for column in columns], rows=found.rows, more=found.more,
            kinds=[column.kind for column in columns],
            names=self._names_in(found.rows, [column.kind for column in columns]),
        )  # fmt: skip

    def draw(self, name: str, /, **parameters: Any) -> Drawing:
        """Draw what the answer to a saved question is about, and what lies between all of that."""
        from graph.risk.answers import get_question
        from graph.risk.around import EDGE
        from graph.risk.picture.drawing import draw
        from graph.risk.picture.page import make_page

        question = get_question(name, graph="live")
        picture = draw(question, parameters)
        columns = [column.name for column in EDGE]
        data = {
            "columns": columns, "rows": picture.rows, "found": picture.found,
            "more": picture.more, "marks": {},
        }  # fmt: skip
        ends = [columns.index("sourceId"), columns.index("targetId")]
        nodes = {row[end] for row in picture.rows for end in ends} - {None}
        page = make_page(data, title=f"{name}: {question.sentence}", language="en")
        return Drawing(
            page, nodes=len(nodes), edges=sum(bool(row[ends[1]]) for row in picture.rows)
        )

    def cypher(self, text: str, /, **parameters: Any) -> Table:
        """Ask in Cypher of one's own; what would write is refused."""
        found = self.driver.execute_query(text, parameters, routing_="r")
        return Table(columns=found.keys, rows=[list(record.values()) for record in found.records])

    def count(self) -> Table:
        """Count the nodes and edges of each kind."""
        from graph.projection.queries import COUNT_ALL

        rows = _read(COUNT_ALL)
        return Table(columns=["kind", "count"], rows=[[row["name"], row["found"]] for row in rows])

    def person(self, username: str) -> str:
        """Return the id of a person. Raises LookupError."""
        from graph.risk.around import CALLED

        found = _read(CALLED, username=username)
        if not found:
            raise LookupError(f"Nobody is called {username}.")
        return str(found[0]["id"])

    def _names_in(self, rows: list[list[Any]], kinds: list[str]) -> Mapping[str, str]:
        from graph.risk.around import NAMES

        ids: set[str] = set()
        for row in rows:
            for kind, value in zip(kinds, row, strict=True):
                if kind == "id" and value is not None:
                    ids.add(value)
                elif kind == "ids" and value is not None:
                    ids.update(value)
        return {row["id"]: _label(row) for row in _read(NAMES, ids=sorted(ids))}


def _read(statement: "Statement", **parameters: Any) -> list[dict[str, Any]]:
    from graph.database import ask, patient

    with patient(seconds=SECONDS):
        return ask(statement, **parameters)


def _label(row: Mapping[str, str]) -> str:
    name = row["name"] or row["id"][-6:]
    match row["kind"]:
        case "Account":
            return f"{name} {row['currency']}"
        case "Loan":
            return f"loan of {name}"
        case _:
            return name
