"""Reading a recorded history: Jepsen's operations, in JSON or EDN, one a line or one list."""

import gzip
import json
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wallet.ledger.history.edn import MapWithTwice, NotEdn, read_all

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
    that says what it moves; `nonsense` says what of them cannot be, as the end of a sentence.
    """

    index: int
    type: str
    what: str
    process: Hashable
    balances: dict[Hashable, int | None] | None = None
    move: Move | None = None
    nonsense: str | None = None
    # Whether the history counts its operations itself.
    is_counted: bool = False


def read_history(path: Path) -> list[Operation]:
    """Return a file's operations in their order.

    Raises Unreadable, also where a file cannot be opened.
    """
    try:
        text = _unpacked(path.read_bytes()).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise Unreadable(str(problem)) from problem
    records = _read_records(text)
    if not records:
        raise Unreadable("there is no operation in it")
    operations = [_operation(place, record) for place, record in enumerate(records)]
    if all(operation.what not in ("read", "transfer") for operation in operations):
        raise Unreadable("there is neither a read nor a transfer in it")
    return operations


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def _read_records(text: str) -> list[Any]:
    try:
        whole = json.loads(text, object_pairs_hook=_keep_twice)
    except (ValueError, RecursionError):
        pass
    else:
        return whole if isinstance(whole, list) else [whole]
    try:
        lines = [line for line in text.splitlines() if line.strip()]
        return [json.loads(line, object_pairs_hook=_keep_twice) for line in lines]
    except (ValueError, RecursionError) as problem:
        no_json = str(problem)
    try:
        forms = list(read_all(text))
    except NotEdn as problem:
        raise Unreadable(f"it is neither JSON ({no_json}) nor EDN ({problem})") from problem
    is_one_list = len(forms) == 1 and isinstance(forms[0], list)
    return forms[0] if is_one_list else forms


def _keep_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    return found if len(found) == len(pairs) else MapWithTwice(pairs)


def _operation(place: int, record: Any) -> Operation:
    if not isinstance(record, dict):
        raise Unreadable(f"operation {place} is not a map")
    kind = _word(record.get("type"))
    if kind not in TYPES:
        raise Unreadable(f"operation {place} is of type {kind}, none of {', '.join(TYPES)}")
    what, value = _word(record.get("f")), record.get("value")
    counted = record.get("index")
    index, is_counted = (counted, True) if isinstance(counted, int) else (place, False)
    operation = Operation(
        index=index, type=kind, what=what, process=_plain(record.get("process")),
        is_counted=is_counted,
    )  # fmt: skip
    try:
        if what == "read" and kind == "ok":
            return replace(operation, balances=_balances(value))
        if what == "transfer":
            return replace(operation, move=_move(value))
    except _Nonsense as nonsense:
        return replace(operation, nonsense=str(nonsense))
    return operation


class _Nonsense(Exception):
    """What an operation says cannot be."""


def _word(value: Any) -> str:
    # A keyword may have a namespace.
    return value.lstrip(":").rpartition("/")[2] if isinstance(value, str) else str(value)


def _plain(account: Any) -> Hashable:
    """Return an account's name; JSON writes the number of an account as text where it is a key."""
    if isinstance(account, str):
        account = account.lstrip(":")
        return int(account) if account.lstrip("-").isdecimal() else account
    return str(account) if isinstance(account, list | dict) else account


def _balances(value: Any) -> dict[Hashable, int | None] | None:
    """Read a map from account to balance, a list of such pairs, or a list of balances in the order
    of the accounts.
    """
    if value is None:
        return None
    if isinstance(value, list):
        pairs = bool(value) and all(isinstance(one, list) and len(one) == 2 for one in value)
        value = MapWithTwice(map(tuple, value)) if pairs else dict(enumerate(value))
    if not isinstance(value, dict):
        raise _Nonsense(f"shows {value!r}, neither a map nor a list")
    if isinstance(value, MapWithTwice) and value.twice:
        raise _Nonsense(f"shows account {_plain(value.twice[0])} twice")
    found: dict[Hashable, int | None] = {}
    for name, amount in value.items():
        account = _plain(name)
        if account in found:
            raise _Nonsense(f"shows account {account} twice")
        if amount is not None and not _is_whole(amount):
            raise _Nonsense(f"shows {amount!r} on account {account}, which is no whole number")
        found[account] = amount
    return found


def _move(value: Any) -> Move | None:
    if isinstance(value, list) and len(value) == 3:
        value = dict(zip(("from", "to", "amount"), value, strict=True))
    if not isinstance(value, dict) or not value.keys() >= {"from", "to", "amount"}:
        return None
    amount = value["amount"]
    if amount is None:
        return None
    if not _is_whole(amount):
        raise _Nonsense(f"is of {amount!r}, which is no whole number")
    return Move(_plain(value["from"]), _plain(value["to"]), amount)


def _is_whole(amount: Any) -> bool:
    return isinstance(amount, int) and not isinstance(amount, bool)
