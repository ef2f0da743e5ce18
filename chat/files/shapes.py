"""How files look on the wire."""

from typing_extensions import TypedDict


class FileShape(TypedDict):
    """A file; `url` and `thumbnail` are addresses on this service, the latter for pictures."""

    id: str
    name: str
    size: int
    kind: str
    url: str
    thumbnail: str | None
    width: int | None
    height: int | None
