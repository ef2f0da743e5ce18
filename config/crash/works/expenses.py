"""Expenses of the room, and paying what one owes because of them."""

from config.crash.payers import Payer

BETWEEN = 3


async def add(payer: Payer) -> None:
    """Write down what one paid for some."""
    people = payer.chance.sample(payer.others, min(BETWEEN, len(payer.others)))
    amount = len(people) * payer.draw_amount()
    await payer.do(
        "expense.add", room=payer.room, paid={payer.person: amount},
        between={"mode": "even", "members": people},
    )  # fmt: skip


async def settle(payer: Payer) -> None:
    """Pay some of what one owes, as the plan says, with money or with cash; somebody else may have
    changed the plan by then.
    """
    plan = await payer.read("room.settle_plan", room=payer.room)
    mine = [one for one in plan.get("payments", ()) if one["from"] == payer.person]
    if not mine:
        return
    to, amount = mine[0]["to"], payer.chance.randint(1, mine[0]["amount"])
    in_cash = payer.chance.random() < 0.3
    done = await payer.do(
        "room.settle", moves=[] if in_cash else [(payer.person, to, amount)], room=payer.room,
        to=to, amount=amount, outside=in_cash,
    )  # fmt: skip
    if done and in_cash:
        payer.board.put(payer.board.cash, to, done["settlement"])


async def confirm(payer: Payer) -> None:
    """Confirm that one got cash."""
    settlement = payer.board.take(payer.board.cash, payer.person)
    if settlement is not None:
        await payer.do("room.confirm_settlement", settlement=settlement["id"])
