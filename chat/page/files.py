"""The page's files: served under an address that names their version, so that browsers keep them
for ever and still never mix two versions.
"""

import hashlib
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

# So long after a change of a file a page may still get the version before it.
STAMP_SECONDS = 1.0
FOR_EVER = "public, max-age=31536000, immutable"
IMPORT = re.compile(
    r'^(?:import|export|\}) .*?from "(\.{1,2}/[^"]+)";|^import "(\./[^"]+)";', re.MULTILINE
)

Stamp = tuple[tuple[Path, int], ...]


def _folder() -> Path:
    return Path(settings.STATIC_FILES)


def _stamp() -> Stamp:
    # Each file of the page is asked for on its own, and each asks for the version: looking at all
    # of them each time would hold up the sockets.
    return _stamp_in(int(time.monotonic() / STAMP_SECONDS))


@lru_cache(maxsize=1)
def _stamp_in(_: int) -> Stamp:
    paths = sorted(path for path in _folder().rglob("*") if path.is_file())
    return tuple((path, path.stat().st_mtime_ns) for path in paths)


def get_version() -> str:
    """Return the version of the page's files: a digest of what is in all of them."""
    return _digest(_stamp())


@lru_cache(maxsize=4)
def _digest(stamp: Stamp) -> str:
    digest = hashlib.sha256()
    for path, _ in stamp:
        digest.update(str(path.relative_to(_folder())).encode())
        digest.update(path.read_bytes())
    return f"v-{digest.hexdigest()[:12]}"


def list_modules(*roots: str) -> list[str]:
    """Return the modules with all that they import, so that a browser can ask for them at once
    instead of finding one after the other.
    """
    return _follow(_stamp(), roots)


@lru_cache(maxsize=8)
def _follow(_: Stamp, roots: tuple[str, ...]) -> list[str]:
    folder = _folder().resolve()
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        path = folder / name
        for match in IMPORT.finditer(path.read_text()):
            imported = (path.parent / (match[1] or match[2])).resolve()
            waiting.append(str(imported.relative_to(folder)))
    return list(found)


class PageFiles(StaticFiles):
    """Serves `<version>/<path>` for keeps, and `<path>` or another version to be asked for anew."""

    async def get_response(self, path: str, scope: Any) -> Response:
        """Return the file's answer."""
        version, _, rest = path.partition("/")
        is_versioned = version.startswith("v-")
        response = await super().get_response(rest if is_versioned else path, scope)
        is_current = is_versioned and version == get_version()
        response.headers["Cache-Control"] = FOR_EVER if is_current else "no-cache"
        if is_current:
            # Nobody asks again for what is kept for ever, and there are many small files.
            for name in ("ETag", "Last-Modified", "Accept-Ranges"):
                del response.headers[name]
        return response
