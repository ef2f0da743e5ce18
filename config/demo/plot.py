"""Whether the money in a conversation makes sense: who may still do what about what an earlier line
began.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from config.demo.schema import (
    AskLoan,
    CancelSplit,
    CreateSplit,
    GrantLoan,
    Later,
    Line,
    RefuseLoan,
    RemindSplit,
    RepayLoan,
    SendEnvelope,
    SendTransfer,
    SetTrust,
    WithdrawLoan,
)

# What a later act is about, by the family that its name begins with.
BEGINS: dict[str, type] = {
    "envelope": SendEnvelope, "split": CreateSplit, "transfer": SendTransfer, "loan": AskLoan,
}  # fmt: skip


@dataclass
class _Begun:
    """What a line began: who may still answer it, and how a loan stands."""

    line: Line
    waiting: set[str] = field(default_factory=set)
    is_open: bool = False
    repaid: int = 0


def find_problems(lines: Sequence[Line]) -> Iterator[str]:
    """Yield what makes no sense in a story, each as a sentence that names the message."""
    people = {line.author for line in lines}
    begun: dict[str, _Begun] = {}
    for number, line in enumerate(lines, 1):
        where = f"message {number} by {line.author}:"
        yield from (
            f"{where} {name} never says anything." for name in _named(line) if name not in people
        )
        if line.author in _others(line):
            yield f"{where} nobody deals with themselves."
        if isinstance(line.money, Later):
            yield from (f"{where} {why}" for why in _follow(line, begun.get(line.money.of)))
        if line.id in begun:
            yield f"{where} there are two lines called {line.id}."
        if line.id is not None:
            begun[line.id] = _begin(line, people)


def _named(line: Line) -> Iterable[str]:
    yield from (name for names in line.react.values() for name in names)
    match line.money:
        case SendEnvelope() as act:
            yield from [*act.claims, *(act.only or [])]
        case CreateSplit() as act:
            yield from act.people
        case _:
            yield from _others(line)


def _others(line: Line) -> list[str]:
    """Return whom the author deals with, who must be others."""
    match line.money:
        case SendTransfer() | SetTrust() as act:
            return [act.to]
        case AskLoan() as act:
            return [act.lender]
        case CreateSplit() as act:
            return [*act.pays, *act.declines]
    return []


def _begin(line: Line, people: set[str]) -> _Begun:
    begun = _Begun(line)
    if line.money is None or line.money.refused:
        return begun
    match line.money:
        case SendEnvelope() as act:
            begun.waiting = set(act.only or people) - set(act.claims)
        case CreateSplit() as act:
            begun.waiting = set(act.people) - {line.author, *act.pays, *act.declines}
        case SendTransfer(answer=None) as act:
            begun.waiting = {act.to}
        case AskLoan(answer=None) as act if act.amount != "above":
            begun.waiting = {act.lender, line.author}
        case AskLoan(answer="grant") as act if act.amount != "above":
            begun.is_open = True
    return begun


def _follow(line: Line, begun: _Begun | None) -> Iterator[str]:
    """Yield why an act does not fit what it is about; note what it changes."""
    act = line.money
    assert isinstance(act, Later)
    command = act.command
    if begun is None or not isinstance(begun.line.money, BEGINS[command.partition(".")[0]]):
        yield f"{act.of} is no earlier line that {command} could be about."
    elif act.refused:
        return
    elif isinstance(begun.line.money, AskLoan):
        yield from _follow_loan(line, begun, begun.line.money)
    elif isinstance(act, RemindSplit | CancelSplit):
        if line.author != begun.line.author or not begun.waiting:
            yield f"{command} of {act.of} is not theirs to do, or nobody has still to pay."
        if isinstance(act, CancelSplit):
            begun.waiting = set()
    elif line.author not in begun.waiting:
        yield f"{command} of {act.of} is not theirs to do, or was done already."
    else:
        begun.waiting.discard(line.author)


def _follow_loan(line: Line, begun: _Begun, ask: AskLoan) -> Iterator[str]:
    borrower, lender = begun.line.author, ask.lender
    match line.money:
        case RepayLoan() as act if begun.is_open and line.author == borrower:
            begun.is_open = act.amount != "all"
            if isinstance(act.amount, int) and isinstance(ask.amount, int):
                begun.repaid += act.amount
                begun.is_open = begun.repaid < ask.amount
                if begun.repaid > ask.amount:
                    yield f"{begun.repaid} fen come back of the {ask.amount} that were lent."
        case GrantLoan() if begun.waiting and line.author == lender:
            begun.waiting, begun.is_open = set(), True
        case RefuseLoan() if begun.waiting and line.author == lender:
            begun.waiting = set()
        case WithdrawLoan() if begun.waiting and line.author == borrower:
            begun.waiting = set()
        case _:
            yield f"the loan of {begun.line.id} is not in a state for that, or not theirs."
