"""Where the wheels that carry servers have put their files; none of them is imported."""

import importlib.metadata
from pathlib import Path

from config.engines.problems import EngineProblem


def locate(distribution: str, path: str) -> Path:
    """Return the place of a file or folder inside an installed wheel.

    Raises EngineProblem when the wheel is not installed.
    """
    try:
        found = Path(str(importlib.metadata.distribution(distribution).locate_file(path)))
    except importlib.metadata.PackageNotFoundError:
        raise EngineProblem(
            f"The package {distribution} is not installed; run `make up` once, it installs it."
        ) from None
    if not found.exists():
        raise EngineProblem(f"The package {distribution} has no {path} for this kind of machine.")
    return found
