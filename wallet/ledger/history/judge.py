"""Judging a history of reads and transfers."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from wallet.ledger.history.explain import Explanations
from wallet.ledger.history.reading import Operation


@dataclass(frozen=True)
class Rules:
    """What a bank promises: nobody below the floor (None: no floor), and the total of all accounts,
    which when it is not given is that of the first read.
    """

    floor: int | None = 0
    total: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What a history was found to be: how many reads and transfers succeeded, and the first
    contradiction if there is one.
    """

    reads: int
    transfers: int
    contradiction: str | None


def judge(operations: list[Operation], rules: Rules) -> Verdict:
    """Look for the first operation that contradicts the rules or what was seen before it."""
    fine = [operation for operation in operations if operation.type == "ok"]
    return Verdict(
        reads=sum(operation.what == "read" for operation in fine),
        transfers=sum(operation.what == "transfer" for operation in fine),
        contradiction=next(_contradictions(operations, rules), None),
    )


def _contradictions(operations: list[Operation], rules: Rules) -> Iterator[str]:
    explanations = Explanations(operations)
    form = _Form()
    first: Operation | None = None
    for place, operation in enumerate(operations):
        if said := operation.nonsense or form.find_fault(operation):
            yield f"The {operation.what} of operation {operation.index} {said}."
            continue
        if operation.type != "ok" or operation.what != "read":
            continue
        said = _about_one(operation, rules) or (_beside(operation, first) if first else None)
        blamed = None if said else explanations.find_failed_transfer(place)
        if blamed is not None:
            said = f"shows the money of the transfer of operation {blamed}, which failed"
        if said:
            yield f"The read of operation {operation.index} {said}."
        first = first or operation


class _Form:
    """What a history says of itself: its count, and what each process began."""

    def __init__(self) -> None:
        self._last: Operation | None = None
        self._under_way: dict[Hashable, Operation] = {}

    def find_fault(self, operation: Operation) -> str | None:
        """Say what is wrong with an operation after those before it. Ask in their order."""
        last, self._last = self._last, operation
        if last and last.is_counted and operation.is_counted and operation.index <= last.index:
            return f"comes after operation {last.index}"
        if operation.type == "invoke":
            self._under_way[operation.process] = operation
            return None
        # A history may begin in the middle, or leave out beginnings.
        begun = self._under_way.pop(operation.process, None)
        if begun and begun.move and operation.move and begun.move != operation.move:
            return f"has other terms than operation {begun.index}, which it ends"
        return None


def _about_one(read: Operation, rules: Rules) -> str | None:
    """Say what is wrong with a read by itself."""
    if not read.balances:
        return "succeeded but shows no balance"
    for account, balance in read.balances.items():
        if balance is None:
            return f"shows no balance of account {account}"
        if rules.floor is not None and balance < rules.floor:
            return f"shows {balance} on account {account}, below the floor of {rules.floor}"
    total = _total(read)
    if rules.total is not None and total != rules.total:
        return f"sums to {total} instead of {rules.total}"
    return None


def _beside(read: Operation, first: Operation) -> str | None:
    """Say how a read contradicts the first one."""
    before, now = first.balances or {}, read.balances or {}
    if missing := [account for account in before if account not in now]:
        return f"misses account {missing[0]}, which that of operation {first.index} shows"
    if strange := [account for account in now if account not in before]:
        return f"shows account {strange[0]}, which that of operation {first.index} does not"
    if _total(read) != _total(first):
        return (
            f"sums to {_total(read)}, but that of operation {first.index} sums to {_total(first)}"
        )
    return None


def _total(read: Operation) -> int:
    return sum(balance or 0 for balance in (read.balances or {}).values())
