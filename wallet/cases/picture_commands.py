"""The wire command that draws: what the graph says, with what cases say of the people in it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from commands.errors import Forbidden
from commands.frames import Command, Download, ShortText
from commands.registry import Caller, handles
from graph.database import GraphUnavailable
from graph.people.selectors import require_role
from graph.risk.answers import get_question
from graph.risk.around import EDGE
from graph.risk.commands import FAMILY, RISK
from graph.risk.errors import TookTooLong, UnknownQuestion
from graph.risk.picture.drawing import Picture, draw
from graph.risk.picture.page import make_page
from graph.risk.services import record_look
from graph.risk.values import bind
from wallet.cases.selectors import list_marks


class DrawPicture(Command):
    type: Literal["risk.picture"]
    name: Annotated[ShortText, Field(description="As `risk.queries` lists it.")]
    parameters: dict[ShortText, JsonValue] = {}
    language: Literal["en", "zh"] = "en"


@handles(
    DrawPicture, result=Download, family=FAMILY, reads=True, spare=True, http_only=True,
    raw="text/html", may_refuse=[Forbidden, UnknownQuestion, TookTooLong, GraphUnavailable],
)  # fmt: skip
def draw_picture(command: DrawPicture, caller: Caller) -> Download:
    """Draw what the answer to a question is about, as one HTML page; needs the role `risk`, and
    who looked is written down.
    """
    require_role(person_id=caller.person, role=RISK)
    question = get_question(command.name, graph="live")
    bind(question, command.parameters, graph="live")
    record_look(
        person_id=caller.person, question=question.name, parameters=command.parameters, at=caller.at
    )
    picture = draw(question, command.parameters)
    return Download(name=f"kith-{question.name}.html", chunks=_write(picture, command, caller))


def _write(picture: Picture, command: DrawPicture, caller: Caller) -> Iterator[bytes]:
    marks = list_marks(person_ids=picture.people, reader=caller.person)
    data = {
        "columns": [column.name for column in EDGE], "rows": picture.rows,
        "found": picture.found, "more": picture.more,
        "marks": {str(person_id): mark for person_id, mark in marks.items()},
    }  # fmt: skip
    title = f"{picture.question.name}: {picture.question.sentence}"
    yield make_page(data, title=title, language=command.language).encode()
