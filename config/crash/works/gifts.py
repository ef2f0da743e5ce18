"""Envelopes and vouchers: money that lies ready for others, and goes back when its time is over."""

from datetime import UTC, datetime, timedelta

from config.crash.payers import Payer

SHARE = (1, 500)
CLAIMS, HOLDERS = 3, 2
# Long enough that a command which nobody could take for a while still comes in time.
VOUCHER_SECONDS = (45, 75)


async def throw(payer: Payer) -> None:
    """Throw an envelope; its shares are equal, so that who takes one knows what it is."""
    done = await payer.do(
        "envelope.send", room=payer.room, count=CLAIMS, kind="equal",
        amount=CLAIMS * payer.chance.randint(*SHARE),
    )  # fmt: skip
    if done:
        payer.board.envelopes.append((done["envelope"], set()))


async def claim(payer: Payer) -> None:
    """Open an envelope, often one that others are just emptying."""
    untried = [one for one in payer.board.envelopes if payer.person not in one[1]]
    if not untried:
        return
    envelope, tried = payer.chance.choice(untried)
    tried.add(payer.person)
    move = (envelope["sender"], payer.person, envelope["amount"] // envelope["count"])
    await payer.do("envelope.claim", moves=[move], envelope=envelope["id"])


async def issue(payer: Payer) -> None:
    """Give some a voucher each, which they use in time or not."""
    ends = datetime.now(UTC) + timedelta(seconds=payer.chance.uniform(*VOUCHER_SECONDS))
    people = payer.chance.sample(payer.others, min(HOLDERS, len(payer.others)))
    done = await payer.do(
        "voucher.issue", people=people, amount=payer.draw_amount(),
        expires_at=ends.isoformat(timespec="milliseconds"),
    )  # fmt: skip
    for voucher in done["vouchers"] if done else []:
        payer.board.put(payer.board.vouchers, voucher["holder"], voucher)
