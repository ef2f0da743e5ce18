"""Frames made from a published schema: such as it allows, and such as it almost allows.

Ids are drawn as places in a list and filled in when they are sent, so that frames speak of rooms,
messages and envelopes that are there, also of those that earlier frames made.
"""

import json
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Json = Any
PEOPLE = {
    "lender", "borrower", "to", "people", "members", "only", "paid", "weights", "amounts", "with",
    "author", "by", "from", "initiator", "luckiest", "sender",
}  # fmt: skip
OTHER_NAMES = {"reply_to": "message", "cursors": "room", "before": "entry", "after": "entry"}
FITTING = ["CNY", "123456", "ann@example.org"]
WORDS = [
    "",
    "hi",
    "sandbox",
    "ann@example.org",
    "+86 138 0000 0000",
    "红包 🧧",
    "@everyone",
    "%s %(x)s {}",
    "\x00",
]


@dataclass(frozen=True)
class Place:
    """An id that is only known when the frame is sent: one of those met under that name."""

    name: str
    number: int


class Met:
    """The ids that answers have shown so far, by what they are of."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = defaultdict(list)

    def learn(self, shown: Json, name: str = "") -> None:
        """Note all ids in an answer, each under the name of its field."""
        if isinstance(shown, dict):
            for key, value in shown.items():
                self.learn(value, name if key == "id" else key)
        elif isinstance(shown, list):
            for value in shown:
                self.learn(value, name)
        elif isinstance(shown, str) and is_uuid(shown):
            known = self._ids[kind_of(name)]
            if shown not in known:
                known.append(shown)

    def fill(self, frame: Json) -> Json:
        """Return the frame with an id in each place."""
        if isinstance(frame, Place):
            known = self._ids.get(frame.name)
            return known[frame.number % len(known)] if known else str(uuid.UUID(int=frame.number))
        if isinstance(frame, dict):
            return {self.fill(key): self.fill(value) for key, value in frame.items()}
        if isinstance(frame, list):
            return [self.fill(value) for value in frame]
        return frame


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id as the service writes it."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def kind_of(name: str) -> str:
    """Return what the id in a field of that name is of."""
    if name in PEOPLE:
        return "person"
    return OTHER_NAMES.get(name, name)


def places(name: str) -> st.SearchStrategy[Place]:
    """Draw an id of that kind."""
    return st.builds(Place, st.just(kind_of(name)), st.integers(0, 40))


def texts(schema: Json) -> st.SearchStrategy[str]:
    """Draw a text that the schema allows."""
    if "pattern" in schema:
        matching = [word for word in FITTING if re.fullmatch(schema["pattern"], word)]
        drawn = st.from_regex(schema["pattern"], fullmatch=True)
        return mostly(st.sampled_from(matching), drawn) if matching else drawn
    least, most = schema.get("minLength", 0), schema.get("maxLength", 60)
    drawn = st.text(
        st.characters(exclude_categories=["Cs"]), min_size=least, max_size=min(most, 60)
    )
    words = [word for word in (*WORDS, "长" * most) if least <= len(word) <= most]
    return st.sampled_from(words) | drawn if words else drawn


def mostly(usual: st.SearchStrategy[Json], other: st.SearchStrategy[Json]) -> Any:
    """Draw from the usual ones three times out of four."""
    return st.one_of(usual, usual, usual, other)


def integers(schema: Json) -> st.SearchStrategy[int]:
    """Draw a number that the schema allows: most are small, some are at its bounds."""
    least, most = schema.get("minimum", -(2**70)), schema.get("maximum", 2**70)
    near = st.integers(max(least, 0), min(max(least, 0) + 500, most))
    return mostly(near, st.sampled_from([least, most]) | st.integers(least, most))


def allowed(schema: Json, components: Json, name: str = "") -> st.SearchStrategy[Json]:
    """Draw what the schema allows for a field of that name."""
    if "$ref" in schema:
        return allowed(components[schema["$ref"].rpartition("/")[2]], components, name)
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema:
            return st.one_of([allowed(one, components, name) for one in schema[alternatives]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "uuid":
        return places(name)
    if schema.get("type") == "array":
        least, most = schema.get("minItems", 0), schema.get("maxItems", 4)
        items = allowed(schema["items"], components, name)
        return st.lists(items, min_size=least, max_size=max(least, min(most, 4)))
    if schema.get("type") == "object":
        return objects(schema, components, name)
    return single(schema)


def single(schema: Json) -> st.SearchStrategy[Json]:
    """Draw a value without parts that the schema allows."""
    match schema.get("format"), schema.get("type"):
        case "date", _:
            return st.dates().map(str)
        case "date-time", _:
            return st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
        case _, "string":
            return texts(schema)
        case _, "integer":
            return integers(schema)
        case _, "boolean":
            return st.booleans()
        case _, "null":
            return st.none()
    return anything()


def objects(schema: Json, components: Json, name: str) -> st.SearchStrategy[Json]:
    """Draw an object: with fields of their own names, or with ids or texts as keys."""
    if "properties" in schema:
        required = set(schema.get("required", []))
        fields = {key: allowed(one, components, key) for key, one in schema["properties"].items()}
        least = {key: one for key, one in fields.items() if key in required}
        optional = {key: one for key, one in fields.items() if key not in required}
        # Each further field may be what a command is refused for, so often there is none.
        return st.fixed_dictionaries(least) | st.fixed_dictionaries(least, optional=optional)
    # What names may be says no type: in JSON they are texts.
    keys = {"type": "string", **schema.get("propertyNames", {"maxLength": 20})}
    values = schema.get("additionalProperties")
    return st.dictionaries(
        allowed(keys, components, name),
        allowed(values if isinstance(values, dict) else {}, components),
        min_size=schema.get("minProperties", 0), max_size=3,
    )  # fmt: skip


def anything() -> st.SearchStrategy[Json]:
    """Draw any JSON value, odd ones above all."""
    odd = st.sampled_from(
        [None, True, False, 0, -1, 1.0, 1e308, 2**63, 10**40, "", "\x00", "\ud800", "1", [], {}]
    )
    leaves = odd | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    keys = st.text(max_size=4)
    return leaves | st.recursive(
        leaves,
        lambda one: st.lists(one, max_size=3) | st.dictionaries(keys, one, max_size=3),
        max_leaves=6,
    )


@st.composite
def almost(draw: st.DrawFn, frames: st.SearchStrategy[Json]) -> Json:
    """Draw an allowed frame with something wrong: a field dropped, replaced or added."""
    frame = dict(draw(frames))
    match draw(st.sampled_from(["drop", "replace", "add", "deepen"])):
        case "drop":
            frame.pop(draw(st.sampled_from(sorted(frame))))
        case "replace":
            frame[draw(st.sampled_from(sorted(frame)))] = draw(anything())
        case "add":
            frame[draw(st.text(max_size=8) | st.sampled_from(["at", "person", "__class__"]))] = (
                draw(anything())
            )
        case "deepen":
            key = draw(st.sampled_from(sorted(frame)))
            frame[key] = draw(st.sampled_from([[frame[key]], {"id": frame[key]}, {key: {}}]))
    return frame


def garbage() -> st.SearchStrategy[str | bytes]:
    """Draw what is no frame at all."""
    broken = ["", "{", "[]", "null", "0", '"me.get"', "{}", "NaN", '{"type":NaN}', '{"id":1e999}']
    broken += ['{"type":"me.get","type":"me.get"}', "[" * 5_000, '{"a":' * 5_000, "\ufeff{}"]
    broken += ['{"type":"me.get","id":"\\ud800"}', '{"id":"\\u0000","type":"\\u0000"}']
    drawn = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    return st.sampled_from(broken) | drawn | st.binary(max_size=40)


def written(frame: Json) -> str:
    """Return the frame as JSON; half a surrogate is escaped, as clients may send it."""
    return json.dumps(frame)
