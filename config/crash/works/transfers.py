"""Transfers: offered, taken, given back, and some left for the sweeper."""

from config.crash.payers import Payer

# One offer of so many is left to its time.
LEFT = 8


async def offer(payer: Payer) -> None:
    """Offer a transfer."""
    to = payer.choose_other()
    done = await payer.do("transfer.send", to=to, amount=payer.draw_amount())
    if done and payer.chance.randrange(LEFT):
        payer.board.put(payer.board.offers, to, done["transfer"])


async def answer(payer: Payer) -> None:
    """Take, or seldom give back, what one was offered."""
    there = payer.board.take(payer.board.offers, payer.person)
    if there is None:
        return
    if payer.chance.random() < 0.2:
        await payer.do("transfer.return", transfer=there["id"])
    else:
        move = (there["from"], payer.person, there["amount"])
        await payer.do("transfer.accept", moves=[move], transfer=there["id"])
