"""Disputes about payments, and the staff that decides them, two for each."""

from config.crash.board import MOST_OPEN
from config.crash.payers import Payer, Shown

# One payment of so many is disputed.
SORRY = 3
# What may come next in a dispute, and where that leaves it; `proposed` waits for another person.
STEPS = {
    "opened": [("freeze", "frozen"), ("propose", "proposed")],
    "frozen": [("release", "ready"), ("propose", "proposed"), ("propose", "proposed")],
    "ready": [("propose", "proposed")],
    "proposed": [("confirm", ""), ("confirm", ""), ("confirm", ""), ("refuse", "ready")],
}


async def consider(payer: Payer, request: Shown) -> None:
    """Dispute what one has just paid, if one is sorry for it and the staff has no part in it."""
    board = payer.board
    sides = {request["from"], request["to"]}
    if not board.staff or sides & board.staff or payer.chance.randrange(SORRY):
        return
    if len(board.disputes) >= MOST_OPEN:
        return
    done = await payer.do("dispute.open", receipt=request["receipt"], reason="It was too much.")
    if done:
        board.disputes.append(done["dispute"] | {"step": "opened", "by": None, "back": 0})


async def judge(payer: Payer) -> None:
    """Take the next step in a dispute, as one of the staff."""
    dispute = _take(payer) if payer.is_staff else None
    if dispute is None:
        return
    what, step = payer.chance.choice(STEPS[dispute["step"]])
    fields: Shown = {"dispute": dispute["id"], "reason": "The crash test says so."}
    moves = []
    if what == "propose":
        # In part, in whole, or not at all.
        dispute["back"] = payer.chance.choice(
            [0, dispute["amount"], payer.chance.randint(1, dispute["amount"])]
        )
        more = {"outcome": "reverse", "amount": dispute["back"]}
        fields |= more if dispute["back"] else {"outcome": "reject"}
    if what == "confirm" and dispute["back"]:
        moves = [(dispute["payee"], dispute["payer"], dispute["back"])]
    done = await payer.do(f"dispute.{what}", moves=moves, **fields)
    if done and step:
        payer.board.disputes.append(dispute | {"step": step, "by": payer.person})


def _take(payer: Payer) -> Shown | None:
    disputes = payer.board.disputes
    for place, dispute in enumerate(disputes):
        # Who proposed something does not confirm it.
        if dispute["step"] != "proposed" or dispute["by"] != payer.person:
            del disputes[place]
            return dispute
    return None
