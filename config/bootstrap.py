"""Makes the virtual environment and installs into it; standard library only.

`python config/bootstrap.py requirements.txt` does nothing when it is up to date.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def main() -> int:
    """Install the named requirements and what they need; return the exit code."""
    if sys.version_info < OLDEST:
        return _fail(
            f"Kith needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}."
        )
    wanted = sys.argv[1]
    stamp = VENV / f"{wanted}.installed"
    digest = _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return 0
    # Without Debian's python3-venv there would be a python by now, but no pip.
    if not (VENV / "bin" / "pip").exists():
        print("making the virtual environment", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
        )
        if done.returncode:
            return _fail(
                "The virtual environment could not be made; on Debian and Ubuntu the package"
                " python3-venv has what is missing.", done.stdout + done.stderr,
            )  # fmt: skip
    print(f"installing {wanted} (a minute on the first start)", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "-q", "-r", str(ROOT / wanted), "-c", str(ROOT / "constraints.txt")],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        return _fail(_explain(done.stderr), done.stderr)
    stamp.write_text(digest)
    return 0


def _digest() -> str:
    files = ("requirements.txt", "requirements-dev.txt", "constraints.txt")
    text = "".join((ROOT / file).read_text() for file in files) + sys.version
    return hashlib.sha256(text.encode()).hexdigest()


def _explain(output: str) -> str:
    if "No space left" in output:
        return "The disk is full (installing packages). Free some space and try again."
    lost = ("Connection", "connection", "Temporary failure", "timed out", "Max retries")
    if any(word in output for word in lost):
        return "The package index cannot be reached; check the network and try again."
    return "The packages could not be installed; the last lines say why."


def _fail(sentence: str, details: str = "") -> int:
    for line in details.strip().splitlines()[-5:]:
        print(f"  {line}", file=sys.stderr)
    print(f"kith: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
