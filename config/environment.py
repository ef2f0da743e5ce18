"""Every environment variable that Kith reads: its name, its default and what it is for.

This file imports nothing but the standard library, so that the launcher can use it before anything
is installed. `.env.example` and `docker-compose.yml` are checked against it by a test.
"""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One environment variable; an empty default means that Kith works it out by itself."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable(
        "KITH_DATA", "var", "Data folder: engines, log, ready.json. One folder is one instance."
    ),
    Variable(
        "KITH_CACHE", "", "Where downloaded engine files are kept (default: the user's cache)."
    ),
    Variable(
        "PORT", "8000", "Port of the web server, always on 127.0.0.1 unless KITH_BIND says else."
    ),
    Variable(
        "KITH_BIND",
        "127.0.0.1",
        "Address the web server listens on; only a container needs another.",
    ),
    Variable("WEB", "1", "Web processes, 1 to 16; more than one stand behind nginx, at PORT."),
    Variable(
        "KITH_PROXIES",
        "",
        "Addresses or networks of proxies whose X-Forwarded-For is believed, by comma.",
    ),
    Variable("KITH_ENV", "development", "development or production."),
    Variable("KITH_SECRET_KEY", "", "Signs cookies and mails; made by itself in development."),
    Variable("KITH_HOSTS", "localhost,127.0.0.1", "Host names the service answers to, by comma."),
    Variable(
        "KITH_ORIGINS", "", "Origins of browsers allowed besides the service's own, by comma."
    ),
    Variable(
        "KITH_TIME_ZONE", "Asia/Shanghai", "Time zone of all dates: due days, interest, limits."
    ),
    Variable(
        "KITH_RATE_LIMITS", "on", "off lifts the limits per person, for trials and load tests."
    ),
    Variable(
        "KITH_DB_THREADS", "4", "Threads, each with a connection to PostgreSQL, per web process."
    ),
    Variable(
        "KITH_WS_ECHO", "", "1 opens /ws/echo in development, for conformance suites of WebSockets."
    ),
    Variable(
        "KITH_IDLE_SECONDS", "50", "A socket that is silent so long, even when pinged, is closed."
    ),
    Variable(
        "KITH_RISK_SECONDS", "2", "Seconds that a question of the risk team may take, on its graph."
    ),
    Variable("KITH_GATE_AMOUNT", "100000", "Payments of so many fen or more are tested before."),
    Variable("KITH_GATE_MS", "50", "Milliseconds that such a test may take."),
    Variable("KITH_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable(
        "KITH_DEMO", "on", "on loads the demo people and rooms on the first start in development."
    ),
    Variable(
        "EMAIL_URL", "consolemail://", "Where mail goes, such as smtp://user:password@host:25."
    ),
    Variable("KITH_MAIL_FROM", "Kith <noreply@localhost>", "Sender of mails."),
    Variable(
        "KITH_IDENTITY_PROVIDER",
        "graph.people.identity.LocalProvider",
        "Class that checks names and documents; production refuses the local one.",
    ),
    Variable(
        "KITH_PLACE_PROVIDER",
        "",
        "Class that knows where addresses are; empty: none, in development one for trials.",
    ),
    Variable(
        "KITH_BANK_CHANNELS",
        "sandbox,harbour,lantern,cedar",
        "Bank channels, by comma, in the order of preference; production refuses sandbox.",
    ),
    Variable(
        "KITH_BANKS_URL",
        "",
        "Gateway of the banks, http(s)://host:port; empty starts the sandbox's, not in production.",
    ),
    Variable(
        "KITH_TRANSFER_HOURS",
        "24",
        "Hours after which a transfer that nobody answered goes back; parts of an hour too: 0.5.",
    ),
    Variable(
        "KITH_ENVELOPE_HOURS",
        "24",
        "Hours after which what nobody took of an envelope goes back; parts of an hour too: 0.5.",
    ),
    Variable("DATABASE_URL", "", "PostgreSQL 18 that is already there; empty starts one."),
    Variable("REDIS_URL", "", "Redis or Valkey that is already there; empty starts Valkey."),
    Variable(
        "NEO4J_URI", "", "Neo4j 5.26 that is already there, bolt://host:7687; empty starts one."
    ),
    Variable("NEO4J_USER", "neo4j", "User of that Neo4j."),
    Variable("NEO4J_PASSWORD", "", "Password of that Neo4j."),
    Variable(
        "KITH_LAB",
        "",
        "Risk lab that a notebook asks, as `make risk-lab` prints it; empty finds it by KITH_DATA.",
    ),
    Variable(
        "KITH_NEO4J_HEAP",
        "512m",
        "Heap of the Neo4j that Kith starts; of many gigabytes a full collection takes seconds.",
    ),
    Variable(
        "KITH_NEO4J_PAGECACHE",
        "",
        "Page cache of the Neo4j that Kith starts, such as 2g; empty: what its store wants.",
    ),
    Variable(
        "KITH_SHORT_LIVED", "", "1 starts engines tuned for a quick start instead of a long life."
    ),
)

MOST_HOURS = 366 * 24

_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def read(name: str) -> str:
    """Return the variable's value, or its default where it is unset or empty.

    Raises KeyError for a name that is not listed above, so that no variable stays undocumented.
    """
    default = _DEFAULTS[name]
    return os.environ.get(name) or default


def read_hours(name: str) -> float:
    """Return a variable that is a number of hours.

    Ends the process with a sentence where it is none, not above 0, or longer than a year.
    """
    value = read(name)
    try:
        hours = float(value)
    except ValueError:
        hours = 0.0
    # Also not a number, which compares with nothing.
    if not 0 < hours <= MOST_HOURS:
        raise SystemExit(
            f"{name} must be a number of hours above 0 and up to {MOST_HOURS:,}, not {value!r}."
        )
    return hours


def data_folder() -> Path:
    """Return the data folder of this instance; a relative one lies in the project's folder."""
    return (ROOT / read("KITH_DATA")).resolve()


def cache_folder() -> Path:
    """Return the folder for downloads that all instances of a user share."""
    if chosen := read("KITH_CACHE"):
        return Path(chosen).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kith"
