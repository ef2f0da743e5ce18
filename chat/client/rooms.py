"""What a client knows of its rooms: the newest number it has seen of each, and what is still
missing.
"""

from typing import Any

Event = dict[str, Any]


class Rooms:
    """Puts the numbered events of each room into their order, each once."""

    def __init__(self) -> None:
        self.cursors: dict[str, int] = {}
        self._held: dict[str, dict[int, Event]] = {}

    def enter(self, room: str, last_seq: int) -> bool:
        """Note a room from `hello` or `room.entered`; tell whether it has moved on since we last
        heard.
        """
        if room not in self.cursors:
            self.cursors[room] = last_seq
        return self.cursors[room] < last_seq

    def leave(self, room: str) -> None:
        """Forget a room."""
        self.cursors.pop(room, None)
        self._held.pop(room, None)

    def take(self, event: Event) -> list[Event]:
        """Take a numbered event and return those that are in line now."""
        room, seq = event["room"], event["seq"]
        held = self._held.setdefault(room, {})
        if seq > self.cursors.setdefault(room, seq - 1):
            held[seq] = event
        in_line = []
        while (next_one := held.pop(self.cursors[room] + 1, None)) is not None:
            self.cursors[room] += 1
            in_line.append(next_one)
        return in_line

    def skip_to(self, room: str, seq: int) -> None:
        """Note that there is nothing for us before this number: we joined later."""
        self.cursors[room] = max(self.cursors.get(room, 0), seq)
        held = self._held.get(room, {})
        for passed in [number for number in held if number <= seq]:
            del held[passed]

    def has_hole(self, room: str) -> bool:
        """Tell whether an event came before one that is still missing."""
        return bool(self._held.get(room))
