"""The log-in that the command line keeps between two calls: an address and a token."""

import json
import os
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SECONDS = 20


class ClientProblem(Exception):
    """Something that the person at the keyboard has to know; the text is one sentence."""


@dataclass(frozen=True)
class Login:
    """Where the service is, and who speaks to it."""

    url: str
    username: str
    token: str


def login_file() -> Path:
    """Return where the log-in is kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "kith" / "login.json"


def read_login(path: Path) -> Login:
    """Return the log-in that was kept. Raises ClientProblem."""
    try:
        return Login(**json.loads(path.read_text()))
    except FileNotFoundError:
        raise ClientProblem("Nobody is logged in; `python -m chat.client login` does it.") from None
    except (OSError, ValueError, TypeError):
        raise ClientProblem(f"{path} cannot be read; log in again.") from None


def keep_login(path: Path, login: Login) -> None:
    """Keep a log-in where only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(login), indent=2))
    draft.replace(path)


def log_in(url: str, username: str, password: str) -> Login:
    """Ask the service for a token. Raises ClientProblem."""
    answer = post(url, "token.create", {"username": username, "password": password})
    return Login(url.rstrip("/"), username, answer["token"])


def post(url: str, command: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Send a command that needs no log-in and return its result. Raises ClientProblem."""
    if not url.startswith(("http://", "https://")):
        raise ClientProblem(f"{url} is no address; one looks like http://127.0.0.1:8000.")
    request = urllib.request.Request(  # noqa: S310 (the scheme was looked at)
        f"{url.rstrip('/')}/api/{command}", json.dumps(fields).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            result: dict[str, Any] = json.load(response)["result"]
            return result
    except urllib.error.HTTPError as refused:
        error = _read_error(refused)
        raise ClientProblem(error) from None
    except (OSError, ValueError, KeyError):
        raise ClientProblem(f"No Kith answers at {url}.") from None


def _read_error(refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(refused)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The service answered with {refused.code}."
