"""Wire commands about receipts."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from wallet.receipts import selectors
from wallet.receipts.errors import ReceiptNotFound
from wallet.receipts.selectors import Payment

FAMILY = "Wallet"
Number = Annotated[
    Text, Field(min_length=1, max_length=64, description="A receipt's number, or a payment's id.")
]


class GetReceipt(Command):
    type: Literal["receipt.get"]
    receipt: Number


class ListReceipts(Command):
    type: Literal["receipt.list"]
    before: Annotated[Id | None, Field(description="The id of a payment.")] = None
    limit: PageSize = 50


class ReceiptShown(Result):
    """A payment with the number of its receipt, the same for both sides; `ref` is what was paid."""

    number: str
    payment: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    kind: str
    note: str
    ref: Id | None
    at: Moment

    @classmethod
    def of(cls, payment: Payment) -> "ReceiptShown":
        """Show the receipt of a payment."""
        return cls(
            number=payment.number, payment=payment.id, from_=payment.payer_id,
            to=payment.payee_id, amount=payment.amount, currency=payment.currency,
            kind=payment.kind, note=payment.note, ref=payment.ref, at=payment.at,
        )  # fmt: skip


class OneReceipt(Result):
    receipt: ReceiptShown


class Receipts(Result):
    receipts: list[ReceiptShown]
    more: bool


@handles(GetReceipt, result=OneReceipt, family=FAMILY, reads=True, may_refuse=[ReceiptNotFound])
def get_receipt(command: GetReceipt, caller: Caller) -> OneReceipt:
    """Show the receipt of a payment that you made or got, by its number."""
    payment = selectors.access_payment(receipt=command.receipt, person_id=caller.person)
    return OneReceipt(receipt=ReceiptShown.of(payment))


@handles(ListReceipts, result=Receipts, family=FAMILY, reads=True)
def list_receipts(command: ListReceipts, caller: Caller) -> Receipts:
    """List the receipts of what you paid and got, newest first."""
    page, more = selectors.list_payments(
        person_id=caller.person, before=command.before, limit=command.limit
    )
    return Receipts(receipts=[ReceiptShown.of(payment) for payment in page], more=more)
