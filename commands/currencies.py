"""How many digits a currency has after the point."""

# ISO 4217, list one, as of January 2026: those whose minor unit is not a hundredth.
NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
HUNDREDTHS = 2
DIGITS = dict.fromkeys(NO_MINOR_UNIT.split(), 0) | dict.fromkeys(THOUSANDTHS.split(), 3)


def digits_of(currency: str) -> int:
    """Return how many digits after the point an amount in the currency has."""
    return DIGITS.get(currency, HUNDREDTHS)


def from_hundredths(amount: int, currency: str) -> int:
    """Return what an amount of hundredths is in the minor units of a currency, rounded up: 1250 in
    CNY as 1250, in JPY as 13, in KWD as 12500.
    """
    return -(-amount * int(10 ** digits_of(currency)) // 100)


def write_amount(amount: int, currency: str) -> str:
    """Write minor units as a decimal number: 1250 in CNY as 12.50, in JPY as 1250."""
    digits = digits_of(currency)
    if digits == 0:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**digits)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{digits}}"
