"""Reading a conversation file, and making sure that its story makes sense before it is played."""

import gzip
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from config.demo.plot import find_problems
from config.demo.schema import LONGEST_TEXT, Line, SetTrust

MOST_AUTHORS = 500


class ScriptProblem(Exception):
    """A conversation that cannot be played; the message says which line and why."""


@dataclass(frozen=True)
class Trust:
    """A trust line that is there before the conversation begins (fen)."""

    giver: str
    receiver: str
    amount: int


@dataclass(frozen=True)
class Script:
    """A conversation to be played: lines in order, of which `replies` says which one each answers.

    `trust` is set before the first line; `skipped` counts lines that cannot be sent as messages.
    """

    lines: list[Line]
    replies: dict[int, int] = field(default_factory=dict)
    trust: list[Trust] = field(default_factory=list)
    skipped: int = 0

    @property
    def authors(self) -> list[str]:
        """Return who speaks, in the order in which they first do."""
        return list(dict.fromkeys(line.author for line in self.lines))

    @property
    def has_money(self) -> bool:
        """Tell whether the conversation brings its own money."""
        return any(line.money for line in self.lines)

    def friends(self) -> set[tuple[str, str]]:
        """Return the pairs who must be friends: the first author and everybody, and who trusts."""
        owner, *others = self.authors
        pairs = {(owner, other) for other in others}
        pairs |= {(trust.giver, trust.receiver) for trust in self.trust}
        pairs |= {
            (line.author, line.money.to) for line in self.lines if isinstance(line.money, SetTrust)
        }
        return {(min(pair), max(pair)) for pair in pairs}


def read_script(path: Path, *, busiest: timedelta | None = None) -> Script:
    """Read a conversation, also a compressed one; of a long one only its busiest stretch of that
    length, if one is named. Raises ScriptProblem with the line that is wrong.
    """
    try:
        raw = path.read_bytes()
        rows = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines()
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise ScriptProblem(f"{path} cannot be read: {reason}.") from None
    except UnicodeDecodeError:
        raise ScriptProblem(f"{path} is not UTF-8 text.") from None
    lines = [_parse(path, number, row) for number, row in enumerate(rows, 1) if row.strip()]
    places = range(len(lines)) if busiest is None else _find_busiest(lines, busiest)
    kept = [place for place in places if _can_be_sent(lines[place])]
    script = Script(
        lines=[lines[place] for place in kept],
        replies=_find_replies(path, lines, kept),
        skipped=len(places) - len(kept),
    )
    if not script.lines:
        raise ScriptProblem(f"{path} holds no message.")
    if len(script.authors) > MOST_AUTHORS:
        raise ScriptProblem(
            f"{path} has {len(script.authors)} authors; a room holds {MOST_AUTHORS} at most."
        )
    for problem in find_problems(script.lines):
        raise ScriptProblem(f"{path}: {problem}")
    return script


def _parse(path: Path, number: int, row: str) -> Line:
    try:
        return Line.model_validate_json(row)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise ScriptProblem(f"{path}, line {number}: {place}: {first['msg']}.") from None


def _find_busiest(lines: list[Line], length: timedelta) -> range:
    """Return the places of the lines of the stretch in which most was said."""
    best = range(0)
    first = 0
    for place, line in enumerate(lines):
        while line.at - lines[first].at > length:
            first += 1
        if place + 1 - first > len(best):
            best = range(first, place + 1)
    return best


def _can_be_sent(line: Line) -> bool:
    if not line.text.strip():
        # Money may stand alone.
        return line.money is not None
    return len(line.text) <= LONGEST_TEXT and "\x00" not in line.text


def _find_replies(path: Path, lines: list[Line], kept: list[int]) -> dict[int, int]:
    """Return which kept line each reply answers, by place; a reply to a line left out is none."""
    by_id = {line.id: place for place, line in enumerate(lines) if line.id}
    played = {place: index for index, place in enumerate(kept)}
    replies = {}
    for place, index in played.items():
        wanted = lines[place].reply_to
        if wanted is None:
            continue
        target = by_id.get(wanted, -1) if isinstance(wanted, str) else wanted
        if not 0 <= target < place:
            raise ScriptProblem(f"{path}: message {place + 1} answers none before it ({wanted!r}).")
        # Without text there is no message to answer, only a card.
        if target in played and lines[target].text.strip():
            replies[index] = played[target]
    return replies
