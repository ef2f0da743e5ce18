"""Money from banks and to them."""

from config.crash.payers import Payer

CHANNELS = ("auto", "sandbox")


async def top_up(payer: Payer, channel: str = "") -> None:
    """Bring money in, over a bank or at once."""
    amount = payer.draw_amount()
    await payer.do(
        "wallet.top_up", moves=[(None, payer.person, amount)], amount=amount,
        channel=channel or payer.chance.choice(CHANNELS),
    )  # fmt: skip


async def withdraw(payer: Payer, channel: str = "") -> None:
    """Send money out, over a bank or at once."""
    amount = payer.draw_amount()
    await payer.do(
        "wallet.withdraw", moves=[(payer.person, None, amount)], amount=amount,
        channel=channel or payer.chance.choice(CHANNELS),
    )  # fmt: skip
