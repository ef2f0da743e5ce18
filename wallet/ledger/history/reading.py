"""Reading a recorded history: Jepsen's operations, in JSON or EDN, one a line or one list."""

import json
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wallet.ledger.history.edn import NotEdn, read_all

TYPES = ("invoke", "ok", "fail", "info")


class Unreadable(Exception):
    """What stands in the file is no history."""


@dataclass(frozen=True)
class Move:
    """What a transfer was to move."""

    source: Hashable
    target: Hashable
    amount: int


@dataclass(frozen=True)
class Operation:
    """An operation as it was begun or ended.

    `balances` belongs to a successful read (a balance may be missing: None), `move` to a transfer
    that says what it moves.
    """

    index: int
    type: str
    what: str
    process: Hashable
    balances: dict[Hashable, int | None] | None = None
    move: Move | None = None


def read_history(path: Path) -> list[Operation]:
    """Return a file's operations in their order.

    Raises Unreadable, also where a file cannot be opened.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise Unreadable(str(problem)) from problem
    records = _read_records(text)
    if not records:
        raise Unreadable("there is no operation in it")
    return [_operation(place, record) for place, record in enumerate(records)]


def _read_records(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        pass
    else:
        return whole if isinstance(whole, list) else [whole]
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as problem:
        no_json = str(problem)
    try:
        forms = list(read_all(text))
    except NotEdn as problem:
        raise Unreadable(f"it is neither JSON ({no_json}) nor EDN ({problem})") from problem
    is_one_list = len(forms) == 1 and isinstance(forms[0], list)
    return forms[0] if is_one_list else forms


def _operation(place: int, record: Any) -> Operation:
    if not isinstance(record, dict):
        raise Unreadable(f"operation {place} is not a map")
    kind = _word(record.get("type"))
    if kind not in TYPES:
        raise Unreadable(f"operation {place} is of type {kind}, none of {', '.join(TYPES)}")
    what, value = _word(record.get("f")), record.get("value")
    index = record.get("index", place)
    operation = Operation(
        index=index if isinstance(index, int) else place, type=kind, what=what,
        process=_plain(record.get("process")),
    )  # fmt: skip
    if what == "read" and kind == "ok":
        return _with(operation, balances=_balances(value, place))
    if what == "transfer":
        return _with(operation, move=_move(value, place))
    return operation


def _with(operation: Operation, **more: Any) -> Operation:
    return Operation(**{**operation.__dict__, **more})


def _word(value: Any) -> str:
    return value.lstrip(":") if isinstance(value, str) else str(value)


def _plain(account: Any) -> Hashable:
    """Return an account's name; JSON writes the number of an account as text where it is a key."""
    if isinstance(account, str):
        account = account.lstrip(":")
        return int(account) if account.lstrip("-").isdecimal() else account
    return str(account) if isinstance(account, list | dict) else account


def _balances(value: Any, place: int) -> dict[Hashable, int | None] | None:
    """Read a map from account to balance, a list of such pairs, or a list of balances in the order
    of the accounts.
    """
    if value is None:
        return None
    if isinstance(value, list):
        pairs = bool(value) and all(isinstance(one, list) and len(one) == 2 for one in value)
        value = {_plain(one): amount for one, amount in value} if pairs else dict(enumerate(value))
    if not isinstance(value, dict):
        raise Unreadable(f"operation {place} reads {value!r}, neither a map nor a list")
    return {_plain(account): _whole(amount, place) for account, amount in value.items()}


def _move(value: Any, place: int) -> Move | None:
    if isinstance(value, list) and len(value) == 3:
        value = dict(zip(("from", "to", "amount"), value, strict=True))
    if not isinstance(value, dict) or not value.keys() >= {"from", "to", "amount"}:
        return None
    amount = _whole(value["amount"], place)
    if amount is None:
        return None
    return Move(_plain(value["from"]), _plain(value["to"]), amount)


def _whole(amount: Any, place: int) -> int | None:
    if amount is None:
        return None
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise Unreadable(f"operation {place} has the amount {amount!r}, which is no whole number")
    return amount
