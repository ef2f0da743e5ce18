"""Servers that must not run as root run as `nobody` where we are root."""

import os
import pwd
import stat
from pathlib import Path


def server_user() -> int | None:
    """Return the user that such servers run as; None for our own."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def hand_over(folder: Path, *programs: Path) -> None:
    """Give a folder to that user alone, and let it walk there and to its programs."""
    folder.chmod(0o700)
    user = server_user()
    if user is None:
        return
    os.chown(folder, user, -1)
    # The other user must be able to walk to what it needs, not to list what lies there. It keeps
    # our group, so where a folder is of that group, others' bits do not count.
    walk = stat.S_IXGRP | stat.S_IXOTH
    for above in [*folder.parents, *(parent for one in programs for parent in one.parents)]:
        mode = above.stat().st_mode
        if mode & walk != walk:
            above.chmod(mode | walk)
