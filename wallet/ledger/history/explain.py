"""Finding the transfers that make a read what it is."""

from collections.abc import Hashable
from itertools import combinations

from wallet.ledger.history.reading import Move, Operation

# Note [Reads of what failed]
# A history may be right although a read is old: snapshots are allowed to be. So a read is not asked
# to be the newest state, only not to be one that cannot have been. It is explained by any state
# that the transfers known to have succeeded led through, with or without each of those whose end is
# not known to lie before the read. Only a read that nothing explains, but that is the newest state
# with the money of one failed transfer in it, is held against the history.

# Beyond this many transfers of unknown end, nothing can be said in reasonable time.
OPEN_AT_MOST = 10

Balances = tuple[int, ...]


class Explanations:
    """A history's states, from the first successful read on."""

    def __init__(self, operations: list[Operation]) -> None:
        self._operations = operations
        self._accounts: list[Hashable] = []
        # Without what each transfer was to move, nothing is known about any state.
        self._usable = all(
            operation.move is not None
            for operation in operations
            if operation.what == "transfer" and operation.type in ("ok", "fail")
        )
        self._ends, self._begins = _pair(operations)
        self._seen: set[Balances] = set()
        self._newest: Balances = ()
        # Transfers that may be in what is read or not, by their beginning; what is with those that
        # were under way during the first read is never known.
        self._open: dict[int, Balances] = {}
        self._doubtful: set[int] = set()
        # Transfers that succeeded, with the place where that was told.
        self._told: list[tuple[int, Balances]] = []
        self._failed: dict[int, Balances] = {}
        self._done = 0

    def find_failed_transfer(self, place: int) -> int | None:
        """Return the index of the failed transfer whose money the read at a place shows, if that
        alone explains it. Reads are asked about in their order.
        """
        # See Note [Reads of what failed].
        read = self._operations[place]
        if not self._usable or not read.balances or None in read.balances.values():
            return None
        if not self._accounts:
            self._anchor(place)
            return None
        if set(read.balances) != set(self._accounts):
            return None
        for at in range(self._done, place):
            self._take(at)
        self._done = place
        wholes = self._wholes(self._begins.get(place, place))
        state = tuple(read.balances[account] or 0 for account in self._accounts)
        if wholes is None or any(_less(state, whole) in self._seen for whole in wholes):
            return None
        for begun, change in self._failed.items():
            without = _less(state, change)
            if any(_less(without, whole) == self._newest for whole in wholes):
                return self._operations[begun].index
        return None

    def _anchor(self, place: int) -> None:
        """Take the first read as it is: what had ended before it began is in it."""
        balances = self._operations[place].balances or {}
        self._accounts = list(balances)
        self._newest = tuple(balances[account] or 0 for account in self._accounts)
        self._seen = {self._newest}
        begun = self._begins.get(place, place)
        for at in range(place):
            move = self._operations[at].move
            if move and at not in self._begins and self._ends.get(at, at) >= begun:
                self._open[at] = self._change(move)
                self._doubtful.add(at)
            if move and self._operations[at].type == "fail":
                self._failed[self._begins.get(at, at)] = self._change(move)
        self._done = place

    def _take(self, at: int) -> None:
        """Take notice of an operation after the first read."""
        operation = self._operations[at]
        if operation.move is None:
            return
        begun, change = self._begins.get(at, at), self._change(operation.move)
        if operation.type == "invoke":
            self._open[at] = change
        elif operation.type == "fail":
            self._open.pop(begun, None)
            self._failed[begun] = change
        elif operation.type == "ok" and begun not in self._doubtful:
            self._open.pop(begun, None)
            self._told.append((at, change))
            self._newest = tuple(map(sum, zip(self._newest, change, strict=True)))
            self._seen.add(self._newest)

    def _change(self, move: Move) -> Balances:
        return tuple(
            move.amount * ((account == move.target) - (account == move.source))
            for account in self._accounts
        )

    def _wholes(self, begun: int) -> list[Balances] | None:
        """Return what a read that began there may show beside a known state: any of the transfers
        of unknown end, and none of any that ended while it was under way. None: too many.
        """
        late = [
            tuple(-amount for amount in change)
            for at, change in reversed(self._told[-OPEN_AT_MOST - 1 :])
            if at > begun
        ]
        changes = [*self._open.values(), *late]
        if len(changes) > OPEN_AT_MOST:
            return None
        nothing = (0,) * len(self._accounts)
        return [
            tuple(map(sum, zip(nothing, *chosen, strict=True)))
            for count in range(len(changes) + 1)
            for chosen in combinations(changes, count)
        ]


def _pair(operations: list[Operation]) -> tuple[dict[int, int], dict[int, int]]:
    """Return by its place where each operation that was begun ended, and the other way round."""
    ends: dict[int, int] = {}
    begins: dict[int, int] = {}
    under_way: dict[Hashable, int] = {}
    for place, operation in enumerate(operations):
        if operation.type == "invoke":
            under_way[operation.process] = place
        elif operation.process in under_way:
            begun = under_way.pop(operation.process)
            if operation.type == "info":
                # It may still happen at any time.
                ends[begun] = len(operations)
            else:
                ends[begun], begins[place] = place, begun
    ends |= dict.fromkeys(under_way.values(), len(operations))
    return ends, begins


def _less(one: Balances, other: Balances) -> Balances:
    return tuple(left - right for left, right in zip(one, other, strict=True))
