"""What can go wrong while engines are installed and started, each as one clear sentence."""

import errno
import os


class EngineProblem(Exception):
    """Something a person must mend before Kith can start; the message is the whole story."""


def explain_os_error(error: OSError, doing: str) -> EngineProblem:
    """Turn an operating-system error met while `doing` something into one sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineProblem(f"The disk is full ({doing}). Free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EngineProblem(f"No permission for {error.filename or 'a file'} ({doing}).")
    return EngineProblem(f"{doing} failed: {error.strerror or error}.")


def refuse_full_disk(output: str, doing: str) -> None:
    """Raise the EngineProblem of a full disk if that is what a program complained of while `doing`
    something.
    """
    if os.strerror(errno.ENOSPC) in output:
        raise explain_os_error(OSError(errno.ENOSPC, ""), doing)
