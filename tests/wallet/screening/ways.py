"""Every way in which money leaves a person without waiting: what is needed for it is made first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.calls import call
from tests.people import lend, level_graph, make_group, trust

# Pays when it is called, with a PIN or from a device.
Pay = Callable[..., Any]


def request(payer: UUID, payee: UUID, at: datetime, amount: int = 700) -> Pay:
    asked = call(payee, "payment_request.create", at=at, to=payer, amount=amount)
    number = asked["payment_request"]["id"]
    return lambda **pin: call(payer, "payment_request.pay", at=at, payment_request=number, **pin)


def bill(payer: UUID, payee: UUID, at: datetime, amount: int = 700) -> Pay:
    room = make_group([payee, payer], at=at)
    between = {"mode": "exact", "amounts": {str(payer): amount, str(payee): 300}}
    made = call(
        payee, "split.create", at=at, room=room, amount=amount + 300, note="Tea", between=between
    )["split"]
    return lambda **pin: call(payer, "split.pay", at=at, split=made["id"], **pin)


def settling(payer: UUID, payee: UUID, at: datetime, amount: int = 700) -> Pay:
    room = make_group([payee, payer], at=at)
    between = {"mode": "exact", "amounts": {str(payer): amount, str(payee): 300}}
    call(
        payee, "expense.add", at=at, room=room, paid={str(payee): amount + 300}, between=between,
        note="Tea",
    )  # fmt: skip
    return lambda **pin: call(
        payer, "room.settle", at=at, room=room, to=payee, amount=amount, **pin
    )


def loan(payer: UUID, payee: UUID, at: datetime) -> Pay:
    trust(payer, payee, 5_000, at=at)
    level_graph()
    asked = call(payee, "loan.ask", at=at, lender=payer, amount=700, days=30)["loan"]
    return lambda **pin: call(payer, "loan.grant", at=at, loan=asked["id"], **pin)


def vouchers(payer: UUID, payee: UUID, at: datetime) -> Pay:
    ends = (at + timedelta(days=3)).isoformat()
    return lambda **pin: call(
        payer, "voucher.issue", at=at, people=[payee], amount=700, expires_at=ends, **pin
    )


def withdrawing(payer: UUID, _: UUID, at: datetime) -> Pay:
    return lambda **pin: call(payer, "wallet.withdraw", at=at, amount=700, channel="sandbox", **pin)


def envelope(payer: UUID, payee: UUID, at: datetime) -> Pay:
    room = make_group([payer, payee], at=at)
    return lambda **pin: call(
        payer, "envelope.send", at=at, room=room, amount=700, count=2, kind="equal", **pin
    )


def repaying(payer: UUID, payee: UUID, at: datetime) -> Pay:
    trust(payee, payer, 5_000, at=at)
    level_graph()
    owed = lend(payee, payer, 700, at=at)
    return lambda **pin: call(payer, "loan.repay", at=at, loan=owed, amount=9_000, **pin)


WAYS = {
    "payment_request.pay": request, "split.pay": bill, "room.settle": settling,
    "loan.grant": loan, "loan.repay": repaying, "envelope.send": envelope,
    "voucher.issue": vouchers, "wallet.withdraw": withdrawing,
}  # fmt: skip
