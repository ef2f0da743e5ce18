"""Wire commands of the risk team; others are refused."""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from commands.errors import Forbidden
from commands.frames import Command, Result, ShortText
from commands.registry import Caller, handles
from graph.database import GraphUnavailable
from graph.people.selectors import require_role
from graph.risk.answers import answer, get_question
from graph.risk.errors import TookTooLong, UnknownQuestion
from graph.risk.questions import Parameter, Question, list_questions
from graph.risk.services import record_look
from graph.risk.values import bind

FAMILY = "Risk team"
RISK = "risk"


class ListQuestions(Command):
    type: Literal["risk.queries"]


class AskQuestion(Command):
    type: Literal["risk.query"]
    name: Annotated[ShortText, Field(description="As `risk.queries` lists it.")]
    parameters: dict[ShortText, JsonValue] = {}


class ParameterShown(Result):
    """A parameter; `default` is null where it must be given or leaving it out leaves it open."""

    name: str
    kind: str
    required: bool
    default: str | int | float | None
    least: int | None
    most: int | None
    choices: list[str]

    @classmethod
    def of(cls, parameter: Parameter) -> "ParameterShown":
        """Show a parameter."""
        return cls(
            name=parameter.name, kind=parameter.kind, required=parameter.is_required,
            default=parameter.shown_default, least=parameter.least, most=parameter.most,
            choices=list(parameter.choices),
        )  # fmt: skip


class QuestionShown(Result):
    """A question; `kinds` are those of its columns, in their order."""

    name: str
    question: str
    parameters: list[ParameterShown]
    columns: list[str]
    kinds: list[str]

    @classmethod
    def of(cls, question: Question) -> "QuestionShown":
        """Show a question."""
        return cls(
            name=question.name, question=question.sentence,
            parameters=[ParameterShown.of(one) for one in question.parameters],
            columns=[column.name for column in question.columns],
            kinds=[column.kind for column in question.columns],
        )  # fmt: skip


class Questions(Result):
    queries: list[QuestionShown]


class Rows(Result):
    """Rows in column order; `more` says that there are others beyond the bound."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool
    took_ms: float


@handles(ListQuestions, result=Questions, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_all_questions(command: ListQuestions, caller: Caller) -> Questions:
    """List the questions that may be put to the graph, with their parameters and columns.

    Only for people with the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    return Questions(queries=[QuestionShown.of(one) for one in list_questions("live")])


@handles(
    AskQuestion, result=Rows, family=FAMILY, reads=True, spare=True,
    may_refuse=[Forbidden, UnknownQuestion, TookTooLong, GraphUnavailable],
)  # fmt: skip
def ask_question(command: AskQuestion, caller: Caller) -> Rows:
    """Put a question to the graph; who asked what is written down.

    Only for people with the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    question = get_question(command.name, graph="live")
    # What is refused looks at nobody.
    bind(question, command.parameters, graph="live")
    record_look(
        person_id=caller.person, question=question.name, parameters=command.parameters, at=caller.at
    )
    found = answer(question, command.parameters, graph="live")
    return Rows(
        columns=[column.name for column in question.columns], rows=found.rows, more=found.more,
        took_ms=found.took_ms,
    )  # fmt: skip
