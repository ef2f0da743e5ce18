"""Drawing the shares of a random envelope."""

from random import Random


def draw_shares(*, amount: int, count: int, largest: int, random: Random) -> list[int]:
    """Split an amount into random shares; minor units.

    Shares are drawn one after the other, each uniformly between `low` and `high` of what is left (R
    over k shares): low = max(1, R - (k-1)*largest), high = max(low, min(largest, R - (k-1), 2R //
    k)); the last one takes the rest. The list is then shuffled, so that no position pays more than
    another: without that it would, near the limits. Every share is between 1 and `largest`, and
    their sum is exactly `amount`.

    Raises ValueError unless count <= amount <= count * largest.
    """
    if not 1 <= count <= amount <= count * largest:
        raise ValueError("The amount does not fit the number of shares.")
    shares = []
    left = amount
    for remaining in range(count, 1, -1):
        low = max(1, left - (remaining - 1) * largest)
        high = max(low, min(largest, left - (remaining - 1), 2 * left // remaining))
        share = random.randint(low, high)
        shares.append(share)
        left -= share
    shares.append(left)
    random.shuffle(shares)
    return shares


def equal_shares(*, amount: int, count: int) -> list[int]:
    """Split an amount into equal shares. Raises ValueError when it does not divide."""
    if amount % count:
        raise ValueError("The amount must be a multiple of the number of shares.")
    return [amount // count] * count
