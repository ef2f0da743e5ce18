"""What a process remembers: the newest things, and no more of them than there is room for."""

from collections import OrderedDict
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The newest values by their keys; beyond `most` the oldest is forgotten."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._most = most

    def put(self, key: K, value: V) -> None:
        """Remember a value, as the newest, whether or not there was one."""
        self._kept[key] = value
        # Another thread may have forgotten it meanwhile.
        with suppress(KeyError):
            self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, key: K) -> V | None:
        """Return the value, or None where it is not remembered."""
        return self._kept.get(key)

    def drop(self, key: K) -> None:
        """Forget a value, if it is remembered."""
        self._kept.pop(key, None)

    def __contains__(self, key: K) -> bool:
        return key in self._kept
