"""Reading EDN, the notation that Clojure's tools write.

A reader of our own, because what is needed here is small: a history is data, and of a tagged value
only the value counts, whatever the tag.
"""

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

# One token: blanks and comments are skipped before it.
BLANK = re.compile(r"(?:[\s,]+|;[^\n]*)*")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
CHARACTER = re.compile(
    r"\\(?:newline|return|space|tab|formfeed|backspace|u[0-9A-Fa-f]{4}|.)", re.DOTALL
)
ATOM = re.compile(r'[^\s,;"(){}\[\]]+')
WHOLE = re.compile(r"[+-]?\d+N?")
BROKEN = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?")
CLOSING = {"(": ")", "[": "]", "{": "}", "#{": "}"}
WORDS: dict[str, Any] = {"nil": None, "true": True, "false": False}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
DEEPEST = 200


class NotEdn(ValueError):
    """The text is not EDN, and where that shows."""


class MapWithTwice(dict[Any, Any]):
    """A map, and which of its keys were written more than once: the last of each is kept."""

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.twice: list[Hashable] = []
        for key, value in pairs:
            name = _hashable(key)
            if name in self:
                self.twice.append(name)
            self[name] = value


class _Nothing:
    """What a discarded form leaves."""


NOTHING = _Nothing()


def read_all(text: str) -> Iterator[Any]:
    """Yield each form of a text: maps as dict, lists, vectors and sets as list, keywords and
    symbols as str, of tagged values the value.

    Raises NotEdn.
    """
    reader = _Reader(text)
    while not reader.is_at_end():
        form = reader.read()
        if form is not NOTHING:
            yield form


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def is_at_end(self) -> bool:
        self._skip()
        return self._at >= len(self._text)

    def read(self) -> Any:
        """Read one form, NOTHING for one that is discarded."""
        self._skip()
        text, at = self._text, self._at
        if at >= len(text):
            raise self._fault("the text ends in the middle")
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault("it is nested too deep")
        try:
            return self._read_form(text[at])
        finally:
            self._depth -= 1

    def _read_form(self, first: str) -> Any:
        if first in "([{":
            self._at += 1
            items = self._read_until(CLOSING[first])
            return self._map(items) if first == "{" else items
        if first == '"':
            return self._string()
        if first == "\\":
            return self._match(CHARACTER)[1:]
        if first == "#":
            return self._dispatch()
        if first == "^":
            self._at += 1
            self._read_value()
            return self._read_value()
        return self._atom()

    def _dispatch(self) -> Any:
        following = self._text[self._at + 1 : self._at + 2]
        if following == "{":
            self._at += 2
            return self._read_until("}")
        if following == "_":
            self._at += 2
            self._read_value()
            return NOTHING
        # A tag, or the namespace of a map's keys: neither changes what is said.
        self._at += 1
        self._match(ATOM)
        return self._read_value()

    def _read_value(self) -> Any:
        while (form := self.read()) is NOTHING:
            pass
        return form

    def _read_until(self, closing: str) -> list[Any]:
        items: list[Any] = []
        while True:
            self._skip()
            if self._text[self._at : self._at + 1] == closing:
                self._at += 1
                return items
            form = self.read()
            if form is not NOTHING:
                items.append(form)

    def _map(self, items: list[Any]) -> dict[Hashable, Any]:
        if len(items) % 2:
            raise self._fault("a map has a key without a value")
        found = MapWithTwice(zip(items[::2], items[1::2], strict=True))
        return found if found.twice else dict(found)

    def _string(self) -> str:
        body = self._match(STRING)[1:-1]
        return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", _unescape, body, flags=re.DOTALL)

    def _atom(self) -> Any:
        word = self._match(ATOM)
        if word in WORDS:
            return WORDS[word]
        if WHOLE.fullmatch(word):
            return int(word.rstrip("N"))
        if BROKEN.fullmatch(word):
            return float(word.rstrip("M"))
        if word == ":" or word[0].isdigit():
            raise self._fault(f"{word} is neither a number nor a name")
        return word.lstrip(":")

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise self._fault(f"{self._text[self._at : self._at + 10]!r} cannot be read")
        self._at = found.end()
        return found[0]

    def _skip(self) -> None:
        found = BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fault(self, what: str) -> NotEdn:
        line = self._text.count("\n", 0, self._at) + 1
        return NotEdn(f"line {line}: {what}")


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else ESCAPES.get(code, code)


def _hashable(key: Any) -> Hashable:
    if isinstance(key, list):
        return tuple(_hashable(item) for item in key)
    if isinstance(key, dict):
        return tuple((name, _hashable(value)) for name, value in key.items())
    return key  # type: ignore[no-any-return]
