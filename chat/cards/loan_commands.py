"""The wire command that asks for a loan, in a room or without one."""

from typing import Annotated, Literal

from django.conf import settings
from pydantic import Field
from uuid_utils.compat import uuid7

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room
from commands.frames import Amount, Command, Id, Result, ShortText
from commands.registry import Caller, handles
from graph.limits.selectors import find_flow
from graph.people.errors import PersonNotFound
from outbox.after_commit import run_after_commit
from wallet.ledger.errors import SameAccount
from wallet.lending import services
from wallet.lending.commands import FAMILY, LoanShown
from wallet.lending.errors import OverLimit, OwnCap, TooManyAsks
from wallet.lending.gating import COMMAND, Proposed, may_be_granted_at_once, propose
from wallet.lending.models import Status
from wallet.screening.judges import Early
from wallet.screening.payments import Payment


class AskLoan(Command):
    type: Literal["loan.ask"]
    lender: Id
    amount: Amount
    days: Annotated[int, Field(ge=1, le=365)]
    daily_rate_ppm: Annotated[int, Field(ge=0, le=settings.LOAN_DAILY_RATE_PPM)] = 0
    installments: Annotated[int, Field(ge=1, le=365)] = 1
    note: ShortText = ""
    room: Id | None = None
    currency: Literal["CNY"] = "CNY"


class AskedLoan(Result):
    loan: LoanShown
    message: Annotated[
        shapes.Message | None, Field(default=None, exclude_if=lambda message: message is None)
    ]


def _look(command: AskLoan, caller: Caller) -> Proposed:
    # Before the transaction, because Neo4j is never asked inside one.
    flow = find_flow(lender_id=command.lender, borrower_id=caller.person, at=caller.at)
    payment = Payment(
        id=uuid7(), command=COMMAND, payer_id=command.lender, payee_id=caller.person,
        amount=command.amount, currency=command.currency, at=caller.at,
    )  # fmt: skip
    sides = {"lender_id": command.lender, "borrower_id": caller.person}
    if may_be_granted_at_once(**sides, at=caller.at):
        return propose(payment=payment, flow=flow)
    return Proposed(flow, Early(payment))


@handles(
    AskLoan, result=AskedLoan, family=FAMILY, money=True, prepare=_look,
    abandon=Proposed.withdraw,
    may_refuse=[
        RoomNotFound, RoomForbidden, PersonNotFound, SameAccount, OverLimit, OwnCap, TooManyAsks,
    ],
)  # fmt: skip
def ask_loan(command: AskLoan, caller: Caller, proposed: Proposed) -> AskedLoan:
    """Ask somebody for a loan, within what trust allows; it waits 7 days for an answer, or is
    granted at once where they have permitted it by `loan.allow`.
    """
    if command.room:
        for person in (caller.person, command.lender):
            access_room(room_id=command.room, person_id=person)
    loan = services.ask(
        borrower_id=caller.person, lender_id=command.lender, amount=command.amount,
        days=command.days, daily_rate_ppm=command.daily_rate_ppm,
        instalments=min(command.installments, command.days), note=command.note,
        room_id=command.room, flow=proposed.flow, at=caller.at, proposed=proposed,
    )  # fmt: skip
    was_granted = loan.status != Status.ASKED
    run_after_commit(proposed.early.confirm if was_granted else proposed.withdraw)
    message = None
    if command.room:
        posted = post_card(
            room_id=command.room, author_id=caller.person, card_type="loan", card_id=loan.id,
            card=describe_card("loan", loan.id, at=caller.at), at=caller.at,
        )  # fmt: skip
        message = describe_fresh(posted)
    shown = LoanShown.of(loan, reader_id=caller.person, at=caller.at)
    return AskedLoan(loan=shown, message=message)
