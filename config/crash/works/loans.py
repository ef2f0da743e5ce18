"""Loans between people who trust each other by way of one whom all trust."""

from config.crash.payers import Payer

MOST_ASKS = 3


async def ask(payer: Payer) -> None:
    """Ask somebody for a loan."""
    board = payer.board
    if board.asked[payer.person] >= MOST_ASKS:
        return
    lender = payer.choose_other()
    board.asked[payer.person] += 1
    done = await payer.do("loan.ask", lender=lender, amount=payer.draw_amount(), days=30)
    if done:
        board.put(board.asks, lender, done["loan"])


async def grant(payer: Payer) -> None:
    """Grant a loan that somebody asks for."""
    loan = payer.board.take(payer.board.asks, payer.person)
    if loan is None:
        return
    move = (payer.person, loan["borrower"], loan["amount"])
    done = await payer.do("loan.grant", moves=[move], loan=loan["id"])
    payer.board.asked[loan["borrower"]] -= 1
    if done:
        payer.board.put(payer.board.debts, loan["borrower"], done["loan"])


async def repay(payer: Payer) -> None:
    """Repay some of what one owes, or all of it."""
    loan = payer.board.take(payer.board.debts, payer.person)
    if loan is None:
        return
    amount = payer.chance.choice([loan["principal"], payer.chance.randint(1, loan["principal"])])
    move = (payer.person, loan["lender"], amount)
    done = await payer.do("loan.repay", moves=[move], loan=loan["id"], amount=amount)
    if done and done["loan"]["principal"]:
        payer.board.put(payer.board.debts, payer.person, done["loan"])
