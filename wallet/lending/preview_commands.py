"""The wire command that says beforehand which trust a loan would use."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Amount, Command, Id, Result
from commands.registry import Caller, handles
from graph.limits.flow import Path, sum_by_line, take
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person
from graph.trust.models import Line
from wallet.lending import selectors
from wallet.lending.commands import FAMILY, PathShown


class PreviewLoan(Command):
    type: Literal["loan.preview"]
    lender: Id
    borrower: Id
    amount: Amount


class LineUsed(Result):
    """A trust line and how much of it would be reserved."""

    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    own: bool


class Preview(Result):
    """Which lines a loan of `amount` would reserve at this moment, over which paths. `enough` says
    whether the limit allows it; else both are empty. `lines` are your own and those between two
    whom you may know; of the others the paths tell how much they carry.
    """

    amount: int
    limit: int
    enough: bool
    paths: list[PathShown]
    lines: list[LineUsed]
    source: Literal["neo4j", "postgres"]


@handles(
    PreviewLoan, result=Preview, family=FAMILY, reads=True, may_refuse=[PersonNotFound, Forbidden]
)
def preview_loan(command: PreviewLoan, caller: Caller) -> Preview:
    """Show beforehand which trust lines a loan between you and somebody would use, and how much of
    each; it reserves nothing.
    """
    is_party = caller.person in (command.lender, command.borrower)
    if not is_party and not selectors.is_risk(caller.person):
        raise Forbidden(role=selectors.RISK)
    get_person(person_id=command.lender)
    limit = selectors.get_limit(
        lender_id=command.lender, borrower_id=command.borrower, at=caller.at
    )
    enough = command.amount <= limit.limit
    paths = take(limit.paths, command.amount) if enough else []
    visible = selectors.visible_people(reader_id=caller.person)
    return Preview(
        amount=command.amount, limit=limit.limit, enough=enough, source=limit.flow.source,
        paths=[
            PathShown(through=[_known(one, visible) for one in path.through], amount=path.amount)
            for path in paths
        ],
        lines=_show_lines(paths, visible, command, caller),
    )  # fmt: skip


def _show_lines(
    paths: list[Path], visible: set[UUID] | None, command: PreviewLoan, caller: Caller
) -> list[LineUsed]:
    amounts = sum_by_line((path.lines, path.amount) for path in paths)
    lines = Line.objects.filter(id__in=list(amounts)).order_by("id")
    # Of the two ends everybody who may ask knows. A sum over a line with one end that they may not
    # know would tell which of the paths share somebody.
    ends = {command.lender, command.borrower}
    return [
        LineUsed(
            from_=line.giver_id, to=line.receiver_id, amount=amounts[line.id],
            own=line.giver_id == caller.person,
        )
        for line in lines
        if visible is None or {line.giver_id, line.receiver_id} <= visible | ends
        or line.giver_id == caller.person
    ]  # fmt: skip


def _known(person: UUID, visible: set[UUID] | None) -> UUID | None:
    return person if visible is None or person in visible else None
