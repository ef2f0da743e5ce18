"""Talking to the banks: one request, and what it says about the payment. Never in a transaction."""

import http.client
import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection

MOST_BYTES = 64 * 1024
MOST_STATEMENT_BYTES = 256 * 1024 * 1024
STATEMENT_SECONDS = 60.0
# What an answer can do to its reader: not come, break off, or be something else than expected.
MISUNDERSTOOD = (
    OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError
)  # fmt: skip


class NotTaken(Exception):
    """The bank certainly has not taken the payment: it could not be reached, or said so."""


class Full(NotTaken):
    """The bank has not taken the payment because it works on as many as it can."""


class Unclear(Exception):
    """The bank may have taken the payment, or may not."""


class BankAway(Exception):
    """The bank does not show its books."""


@dataclass(frozen=True)
class Terms:
    """What a payment is about; banks know it by its number."""

    number: UUID
    direction: str
    amount: int
    currency: str


@dataclass(frozen=True)
class Booked:
    """The bank's decision: paid on a day, or refused for a reason."""

    is_paid: bool
    reason: str
    day: date


@dataclass(frozen=True)
class StatementLine:
    """One payment on a bank's statement."""

    number: str
    direction: str
    amount: int
    currency: str


def pay(channel: str, terms: Terms) -> Booked:
    """Ask the bank for a payment; the same number again is the same payment.

    Raises NotTaken and Unclear.
    """
    assert not connection.in_atomic_block, "A bank may be slow, and others would wait for the rows."
    path = f"/channels/{quote(channel, safe='')}/payments"
    body = {
        "number": str(terms.number), "direction": terms.direction, "amount": terms.amount,
        "currency": terms.currency,
    }  # fmt: skip
    line = _open(settings.BANK_SECONDS)
    try:
        try:
            line.connect()
        except OSError as error:
            # Before a byte was sent.
            raise NotTaken(str(error)) from error
        try:
            status, answer = _ask(line, "POST", path, body, most=MOST_BYTES)
            return _read_decision(status, answer, channel, terms)
        except MISUNDERSTOOD as error:
            raise Unclear(repr(error)) from error
    finally:
        line.close()


def _read_decision(status: int, answer: Any, channel: str, terms: Terms) -> Booked:
    if status == http.client.OK:
        # An answer that is about something else says nothing about this payment.
        told = (answer["channel"], answer["number"], answer["direction"], answer["amount"],
                answer["currency"])  # fmt: skip
        asked = (channel, str(terms.number), terms.direction, terms.amount, terms.currency)
        if told == asked and answer["status"] in ("done", "refused"):
            day = date.fromisoformat(answer["day"])
            return Booked(answer["status"] == "done", str(answer["reason"]), day)
    elif answer.get("taken") is False:
        # Any other 503 may come from somebody in between, who has passed the payment on.
        error = str(answer.get("error"))
        raise Full(error) if error == "busy" else NotTaken(error)
    raise Unclear(f"{status} {answer}"[:200])


def fetch_statement(channel: str, day: date) -> list[StatementLine]:
    """Return what moved over a channel on a day. Raises BankAway."""
    line = _open(STATEMENT_SECONDS)
    path = f"/channels/{quote(channel, safe='')}/statement?day={day.isoformat()}"
    try:
        status, answer = _ask(line, "GET", path, None, most=MOST_STATEMENT_BYTES)
        if status != http.client.OK:
            raise BankAway(f"{channel} shows no statement: {status} {answer}"[:200])
        return [
            StatementLine(
                number=str(row["number"]), direction=str(row["direction"]),
                amount=int(row["amount"]), currency=str(row["currency"]),
            )
            for row in answer["lines"]
        ]  # fmt: skip
    except MISUNDERSTOOD as error:
        raise BankAway(f"{channel} shows no statement: {error!r}") from error
    finally:
        line.close()


def _open(seconds: float) -> http.client.HTTPConnection:
    # A connection for each request: what a bank says too late, or twice, is heard by nobody.
    address = urlsplit(settings.BANKS_URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    return kind(address.netloc, timeout=seconds)


def _ask(
    line: http.client.HTTPConnection, method: str, path: str, body: Any, *, most: int
) -> tuple[int, Any]:
    text = json.dumps(body) if body is not None else None
    line.request(method, path, text, {"Content-Type": "application/json"})
    response = line.getresponse()
    read = response.read(most + 1)
    if len(read) > most:
        raise ValueError("The answer is too long.")
    return response.status, json.loads(read)
