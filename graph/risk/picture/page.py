"""A picture as one HTML page that needs nothing else.

Its library is vis-network (MIT or Apache-2.0) as the package pyvis ships it; pyvis itself, which
makes pages that load from elsewhere, is not imported.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from commands.errors import Refusal

FOLDER = Path(__file__).parent
LIBRARY = "lib/vis-9.1.2/vis-network.min.js"


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text()


@cache
def _read_library() -> str:
    spec = find_spec("pyvis")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    text = (Path(spec.submodule_search_locations[0]) / LIBRARY).read_text()
    # The map of its source is not there to be asked for.
    return text.partition("//# sourceMappingURL=")[0]


@cache
def policy() -> str:
    """Return what the page may do: run exactly these scripts, apply exactly this style, and reach
    nothing at all.
    """
    scripts = " ".join(_hash(text) for text in (_read_library(), _read("drawing.js")))
    return "; ".join(
        (
            "default-src 'none'", f"script-src {scripts}", f"style-src {_hash(_read('page.css'))}",
            "base-uri 'none'", "form-action 'none'",
        )
    )  # fmt: skip


def header_policy() -> str:
    """Return the same for a header, where more can be said: only our own page may frame it, and
    its scripts belong to no origin.
    """
    return f"{policy()}; frame-ancestors 'self'; sandbox allow-scripts"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def make_page(data: Mapping[str, Any], *, title: str, language: str) -> str:
    """Return the page that draws the data: `columns`, `rows`, `found`, `marks` and `more`."""
    parts = {
        "LANGUAGE": language,
        "TITLE": _escape(title),
        "POLICY": policy(),
        "STYLE": _read("page.css"),
        "DATA": _as_script_text(dict(data) | {"language": language}),
        "LIBRARY": _read_library(),
        "DRAWING": _read("drawing.js"),
    }
    # Split once, so that nothing that stands in a part is taken for a place.
    pieces = _read("page.html").split("@@")
    return "".join(
        piece if number % 2 == 0 else parts[piece] for number, piece in enumerate(pieces)
    )


def make_refusal(refusal: Refusal) -> str:
    """Return the page that says why there is no picture, and tells the page around it."""
    nothing = {"columns": [], "rows": [], "found": [], "marks": {}, "more": False}
    return make_page(nothing | {"refused": refusal.as_json()}, title=str(refusal), language="en")


def _escape(text: str) -> str:
    for sign, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = text.replace(sign, f"&{name};")
    return text


def _as_script_text(data: Mapping[str, Any]) -> str:
    # Names are anybody's: none may end the element that it stands in.
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
