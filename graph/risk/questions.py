"""The risk team's questions: each a Cypher file, with typed parameters and columns.

A question is registered once, where its app is loaded:

    register_question(
        "rings.closed_by_transfer",
        parameters=(
            Parameter("id1", "id"), Parameter("id2", "id"), *WINDOW,
            Parameter("steps", "int", default=6, least=3, most=6),
        ),
        columns=(Column("ring", "ids"), Column("amount", "decimal")),
    )

Its Cypher is `graph/risk/cypher/rings/closed_by_transfer.cypher`; the first line of that file is
the sentence that tells what it asks. The file uses exactly its parameters, and returns its columns
under their names and in their order.
"""

from dataclasses import dataclass
from typing import Any, Literal

from graph.statements import Statement, register_statement

APP = "risk"

# The live graph is a projection of what happens; the other holds a snapshot of the benchmark.
GraphName = Literal["live", "finbench"]
GRAPHS: tuple[GraphName, ...] = ("live", "finbench")

ParameterKind = Literal["id", "int", "decimal", "moment", "text", "choice"]
ColumnKind = Literal["id", "ids", "int", "decimal", "moment", "text", "bool"]

# A parameter without a default must be given; one whose default is None may be left out.
REQUIRED: Any = object()


@dataclass(frozen=True)
class Parameter:
    """What may be filled in: its name, its kind, its default and its bounds.

    An `id` reaches Cypher as a string on the live graph and as an integer on FinBench's, a
    `moment` as milliseconds since 1970, a `decimal` as a float. `default` is what reaches Cypher
    where nothing is given.
    """

    name: str
    kind: ParameterKind
    default: Any = REQUIRED
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """Tell whether it must be given."""
        return self.default is REQUIRED

    @property
    def shown_default(self) -> Any:
        """Return the default as people see it: None where it leaves the parameter open."""
        is_open = self.kind == "moment" or self.default == self.most
        return None if self.is_required or is_open else self.default


@dataclass(frozen=True)
class Column:
    """What a row shows at one place: its name and its kind.

    Cypher returns a `moment` as milliseconds since 1970, `ids` as a list.
    """

    name: str
    kind: ColumnKind


@dataclass(frozen=True)
class Question:
    """A saved question. `graphs` are those it can be put to.

    With `is_bare` its rows are written as what stands in their one column, as FinBench does.
    """

    name: str
    statement: Statement
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    graphs: tuple[GraphName, ...] = GRAPHS
    is_bare: bool = False

    @property
    def sentence(self) -> str:
        """Return what it asks, in words."""
        return self.statement.question


# Strictly after one and strictly before the other; everything where they are not given.
LEAST_MOMENT, MOST_MOMENT = -62_135_596_800_000, 253_402_300_799_999
WINDOW = (
    Parameter("startTime", "moment", default=LEAST_MOMENT - 1),
    Parameter("endTime", "moment", default=MOST_MOMENT + 1),
)

_questions: dict[str, Question] = {}


def register_question(
    name: str,
    *,
    parameters: tuple[Parameter, ...],
    columns: tuple[Column, ...],
    graphs: tuple[GraphName, ...] = GRAPHS,
    is_bare: bool = False,
) -> Question:
    """Register a question and its Cypher file."""
    statement = register_statement(
        Statement(
            app=APP, name=name, access="read",
            parameters=tuple(parameter.name for parameter in parameters),
            columns=tuple(column.name for column in columns),
        )
    )  # fmt: skip
    question = Question(name, statement, parameters, columns, graphs, is_bare)
    _questions[name] = question
    return question


def find_question(name: str) -> Question | None:
    """Return the question of that name, or None."""
    return _questions.get(name)


def list_questions(graph: GraphName | None = None) -> list[Question]:
    """Return all questions by name, or those for one graph."""
    found = sorted(_questions.values(), key=lambda question: question.name)
    return [question for question in found if graph is None or graph in question.graphs]
