"""What an uploaded file is, judged by its bytes and never by its name."""

import re
import unicodedata
from dataclasses import dataclass
from typing import IO

import puremagic
from PIL import Image, UnidentifiedImageError

UNKNOWN = "application/octet-stream"
# What browsers show without running anything in it.
PICTURES = {
    "JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp",
}  # fmt: skip
# What is worth naming, because a program other than the browser opens it.
KEPT = {"application/pdf", "application/zip", "application/gzip"}
HEAD_BYTES = 8_192
MOST_PIXELS = 50_000_000
LONGEST_NAME = 200
# Control characters, and those that make a name read backwards.
UNFIT = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]")


@dataclass(frozen=True)
class Sniffed:
    """The MIME type, and width and height for a picture that can be shown."""

    kind: str
    width: int | None = None
    height: int | None = None


def sniff(file: IO[bytes]) -> Sniffed:
    """Return what the file is; a picture only if it can be read as one and is not absurdly large.

    What a browser might run when it opens it (HTML, SVG, scripts) is of no kind at all.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=list(PICTURES)) as image:
            width, height = image.size
            if width * height <= MOST_PIXELS:
                return Sniffed(PICTURES[str(image.format)], width, height)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        pass
    except Image.DecompressionBombError:
        return Sniffed(UNKNOWN)
    return Sniffed(_by_first_bytes(file))


def _by_first_bytes(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    try:
        kinds = [match.mime_type for match in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        kinds = []
    for kind in kinds:
        if kind in KEPT or kind.startswith(("audio/", "video/")):
            return str(kind)
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut in two.
        text = head[: len(head) - 3].decode() if len(head) == HEAD_BYTES else head.decode()
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and bool(text.strip())


def clean_name(name: str) -> str:
    """Return a file's name without folders and without characters that mislead."""
    last = re.split(r"[/\\]", name)[-1]
    text = UNFIT.sub("", unicodedata.normalize("NFC", last)).strip(" .")
    if len(text) > LONGEST_NAME:
        stem, dot, ending = text.rpartition(".")
        keep = f".{ending}" if dot and len(ending) <= 10 else ""
        text = (stem or text)[: LONGEST_NAME - len(keep)] + keep
    return text or "file"
