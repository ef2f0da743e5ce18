"""Thresholds as they are typed at the command line."""

from collections.abc import Iterable


def read_values(given: Iterable[str]) -> dict[str, int]:
    """Return thresholds of the form `amount=100000`. Raises ValueError saying what is wrong."""
    values = {}
    for text in given:
        name, equals, number = text.partition("=")
        if not equals or not number.lstrip("-").isdigit():
            raise ValueError(f"{text!r} is not of the form THRESHOLD=NUMBER.")
        values[name.strip()] = int(number)
    return values
