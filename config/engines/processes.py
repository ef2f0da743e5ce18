"""Starting and ending one process of ours, so that none is left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.engines.engine import Launch

PR_SET_PDEATHSIG = 1


def start(launch: Launch, log: Path, *, with_parent: bool) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own, its output appended to the log file.

    With `with_parent` the kernel ends it (SIGTERM) when this process dies, even by SIGKILL.
    """
    with open(log, "ab") as output:
        return subprocess.Popen(
            launch.arguments,
            env=os.environ | launch.environment,
            user=launch.user,
            cwd=launch.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A Ctrl-C at the terminal reaches only us, so that we can stop things in order.
            start_new_session=True,
            preexec_fn=_die_with_parent if with_parent else None,
        )


def _die_with_parent() -> None:
    # After setuid (which clears the flag) and before exec (which keeps it).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id runs and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def end(pid: int, launch: Launch) -> None:
    """Ask the process to stop, wait, and kill it when it does not."""
    for sign, seconds in ((launch.stop_signal, launch.stop_seconds), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not is_alive(pid):
                return
            time.sleep(0.02)
