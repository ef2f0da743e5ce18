"""Whether a web process answers, at its port or at its Unix socket.

`python -m config.engines.probes ADDRESS` ends with 1 unless `/readyz` there says yes.
"""

import http.client
import socket
import sys
from pathlib import Path

from config import environment

SECONDS = 3.0


class _OverUnixSocket(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self._path)


def is_ready(address: str | Path) -> bool:
    """Tell whether the service is ready at `host:port`, or at the path of a Unix socket."""
    if isinstance(address, Path) or "/" in address:
        connection: http.client.HTTPConnection = _OverUnixSocket(str(address))
    else:
        connection = http.client.HTTPConnection(address, timeout=SECONDS)
    # A service that answers to names of its own refuses others.
    host = environment.read("KITH_HOSTS").split(",")[0].strip().lstrip(".*")
    try:
        connection.request("GET", "/readyz", headers={"Host": host or "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(sys.argv[1]) else 1)
