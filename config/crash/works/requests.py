"""Bills and requests for payment, paid from the balance, over a bank, or with a voucher."""

from config.crash.payers import Payer, Shown
from config.crash.works.disputes import consider

PARTS = 3


async def bill(payer: Payer) -> None:
    """Ask some to pay back parts of a bill."""
    people = payer.chance.sample(payer.others, min(PARTS, len(payer.others)))
    done = await payer.do(
        "split.create", room=payer.room, between={"mode": "even", "members": people},
        amount=len(people) * payer.draw_amount(),
    )  # fmt: skip
    for person in people if done else []:
        payer.board.put(payer.board.bills, person, done["split"])


async def pay_bill(payer: Payer) -> None:
    """Pay one's part of a bill."""
    there = payer.board.take(payer.board.bills, payer.person)
    if there is None:
        return
    (amount,) = [one["amount"] for one in there["shares"] if one["person"] == payer.person]
    move = (payer.person, there["initiator"], amount)
    await payer.do("split.pay", moves=[move], split=there["id"])


async def ask(payer: Payer) -> None:
    """Ask somebody for a payment."""
    to = payer.choose_other()
    done = await payer.do("payment_request.create", to=to, amount=payer.draw_amount())
    if done:
        payer.board.put(payer.board.requests, to, done["payment_request"])


async def pay(payer: Payer) -> None:
    """Pay what somebody asks for, from the balance; sometimes one is sorry for it."""
    request = payer.board.take(payer.board.requests, payer.person)
    if request is None:
        return
    # Sources are named, because without any the service takes what vouchers there are.
    done = await payer.do(
        "payment_request.pay", moves=[_to_asker(payer, request)], payment_request=request["id"],
        sources=[{"balance": request["amount"]}],
    )  # fmt: skip
    if done:
        await consider(payer, done["payment_request"])


async def pay_over_bank(payer: Payer, channel: str = "") -> None:
    """Pay what somebody asks for with money from a bank, however often it takes."""
    request = payer.board.take(payer.board.requests, payer.person)
    if request is None:
        return
    channel = channel or payer.chance.choice(["auto", "auto", "sandbox"])
    brought_in = (None, payer.person, request["amount"])
    await payer.do(
        "payment_request.pay", moves=[brought_in, _to_asker(payer, request)],
        until=lambda result: bool(result["payment_request"]["status"] == "paid"),
        payment_request=request["id"],
        sources=[{"channel": channel, "amount": request["amount"]}],
    )  # fmt: skip


async def pay_with_voucher(payer: Payer) -> None:
    """Pay what somebody asks for with a voucher, and what it lacks from the balance."""
    request = payer.board.take(payer.board.requests, payer.person)
    if request is None:
        return
    voucher = payer.board.take_newest(payer.board.vouchers, payer.person)
    if voucher is None:
        payer.board.put(payer.board.requests, payer.person, request)
        return
    part = min(voucher["amount"], request["amount"])
    rest = request["amount"] - part
    moves = [(voucher["funder"], request["from"], part), (payer.person, request["from"], rest)]
    await payer.do(
        "payment_request.pay", moves=moves[: 2 if rest else 1], payment_request=request["id"],
        sources=[{"voucher": voucher["id"]}, *([{"balance": rest}] if rest else [])],
    )  # fmt: skip


def _to_asker(payer: Payer, request: Shown) -> tuple[str, str, int]:
    return payer.person, request["from"], request["amount"]
