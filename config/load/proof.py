"""That nothing was lost and nothing paid twice: asked of the service, as any client could."""

import asyncio
from typing import Any

from config.demo.private import PrivateInstance
from config.load.buyers import Buyer, Paid
from config.load.stages import TOP_UP, TRANSFER

Problem = str


async def prove(buyers: list[Buyer], instance: PrivateInstance, *, funds: int) -> list[Problem]:
    """Return what does not agree with what was acknowledged; none if all does."""
    await _settle(buyers)
    found = await check_buyers(buyers, funds=funds)
    for command in ("check_ledger", "reconcile"):
        ran = await instance.manage(command)
        if ran.code:
            found.append(f"manage.py {command} ends with {ran.code}: {ran.output[-400:]}")
    return found


async def check_buyers(buyers: list[Buyer], *, funds: int) -> list[Problem]:
    """Return where what buyers have, and what the service knows, is not what was acknowledged."""
    each = await asyncio.gather(*(_check(buyer, funds=funds) for buyer in buyers))
    return [*(problem for problems in each for problem in problems), *_check_ids(buyers)]


async def _settle(buyers: list[Buyer]) -> None:
    """Wait until no acknowledged payment stands open at a bank any more."""
    for buyer in buyers:
        for paid in buyer.paid:
            while paid.frame["type"] == "wallet.top_up" and not _is_closed(paid):
                payment = paid.result["payment"]["id"]
                answer = await buyer.ask("wallet.bank_payment", payment=payment)
                paid.result.update(answer["result"])
                if not _is_closed(paid):
                    await asyncio.sleep(0.2)


def _is_closed(paid: Paid) -> bool:
    return paid.result["payment"]["status"] in ("done", "failed")


async def _check(buyer: Buyer, *, funds: int) -> list[Problem]:
    """Compare a buyer's money with what was acknowledged, to the fen, and send each payment again:
    the service must know it.
    """
    top_ups = [paid for paid in buyer.paid if paid.frame["type"] == "wallet.top_up"]
    done = sum(paid.result["payment"]["status"] == "done" for paid in top_ups)
    transfers = len(buyer.paid) - len(top_ups)
    (account,) = (await buyer.ask("wallet.get"))["result"]["accounts"]
    there = (account["balance"], account["held"])
    expected = (funds + TOP_UP * done, TRANSFER * transfers)
    problems = []
    if there != expected:
        problems.append(f"balance and held are {there}, what was acknowledged makes {expected}")
    for paid in buyer.paid:
        again = await buyer.send(paid.frame)
        if _id_of(again.get("result", {})) != _id_of(paid.result) or not again.get("replayed"):
            problems.append(f"{paid.frame} was acknowledged as {paid.result}, now: {again}")
    return problems


def _id_of(result: dict[str, Any]) -> str | None:
    made = result.get("payment") or result.get("transfer") or {}
    return made.get("id")


def _check_ids(buyers: list[Buyer]) -> list[Problem]:
    ids = [_id_of(paid.result) for buyer in buyers for paid in buyer.paid]
    return [f"{len(ids) - len(set(ids))} payments share an id"] if len(set(ids)) < len(ids) else []
