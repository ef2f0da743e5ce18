"""From what a program says of itself to words that its owner knows."""

import re

MOST_LETTERS = 40

# The first that is found counts: nearly all of them claim to be Safari, and many to be Chrome.
PROGRAMS = (
    ("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
PRODUCT = re.compile(r"^[\w.+ -]{1,40}?(?=[/;( ]|$)")


def read_agent(agent: str) -> tuple[str, str]:
    """Return the program and the system that a User-Agent header names; "" for what it does not."""
    program = next((name for mark, name in PROGRAMS if mark in agent), "")
    if not program and (found := PRODUCT.match(agent)):
        program = found[0].strip()[:MOST_LETTERS]
    return program, next((name for mark, name in SYSTEMS if mark in agent), "")
