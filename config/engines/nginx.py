"""nginx from the system's packages, in front of several web processes.

`python -m config.engines.nginx COUNT` writes the configuration and becomes nginx, for containers.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from config import environment
from config.engines.engine import Launch
from config.engines.instance import Instance
from config.engines.owners import hand_over, server_user
from config.engines.problems import EngineProblem, explain_os_error

TEMPLATE = Path(__file__).with_name("nginx.conf")
# Where system packages put it; ordinary people's PATH often lacks these.
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")
# The kernel takes a few bytes more, macOS no more.
LONGEST_PATH = 103
# A socket of a client is two files here: to the client and to the web process.
MOST_CONNECTIONS = 32_768


class Nginx:
    """The proxy at PORT, and the Unix sockets of the web processes behind it.

    Both lie in a folder of their own, which only the user that nginx runs as may enter: who can
    connect there is our proxy. See chat/socket/forwarded.py.
    """

    name = "nginx"

    def __init__(self, instance: Instance, *, count: int, port: int) -> None:
        self._folder = instance.data / "nginx"
        self._count = count
        self._port = port

    def socket(self, number: int) -> Path:
        """Return the Unix socket of a web process; they are counted from 1."""
        return self._folder / f"web{number}.sock"

    def prepare(self) -> None:
        """Write the configuration and have nginx check it. Raises EngineProblem."""
        program = find_program()
        longest = len(os.fsencode(self.socket(self._count)))
        if longest > LONGEST_PATH:
            raise EngineProblem(
                f"The path of KITH_DATA is too long for the sockets between nginx and the web"
                f" processes by {longest - LONGEST_PATH} characters; choose a shorter one."
            )
        try:
            self._folder.mkdir(exist_ok=True)
            self._conf.write_text(self._render())
            hand_over(self._folder, Path(program))
        except OSError as error:
            raise explain_os_error(error, "preparing nginx") from error
        tried = subprocess.run(
            [*self._arguments, "-t"], capture_output=True, text=True, user=server_user()
        )
        if tried.returncode:
            found = re.search(r"\[emerg\] (?:\d+#\d+: )?(.*)", tried.stderr)
            reason = found[1] if found else "it gave no reason"
            raise EngineProblem(f"nginx refuses its configuration: {reason}.")

    def launch(self) -> Launch:
        """Return how to start it."""
        return Launch(self._arguments, user=server_user())

    @property
    def _conf(self) -> Path:
        return self._folder / "nginx.conf"

    @cached_property
    def _arguments(self) -> list[str]:
        program = find_program()
        arguments = [program, "-p", str(self._folder), "-c", str(self._conf)]
        quiet = ["-e", "stderr"]
        # Else it complains that it may not write the system's log; versions before 1.19.5 have no
        # such option.
        knows = subprocess.run([program, *quiet, "-v"], capture_output=True).returncode == 0
        return [*arguments, *quiet] if knows else arguments

    def _render(self) -> str:
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        bind = environment.read("KITH_BIND")
        values = {
            "LISTEN": f"[{bind}]:{self._port}" if ":" in bind else f"{bind}:{self._port}",
            "FOLDER": _escape(str(self._folder)),
            "FILES": str(files),
            "CONNECTIONS": str(min(MOST_CONNECTIONS, files - 64)),
            "SERVERS": "\n".join(map(self._render_server, range(1, self._count + 1))),
        }
        text = TEMPLATE.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        return text

    def _render_server(self, number: int) -> str:
        path = _escape(str(self.socket(number)))
        return f'        server "unix:{path}" max_fails=0;'


def find_program() -> str:
    """Return the path of nginx. Raises EngineProblem when it is not installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    found = shutil.which("nginx", path=path)
    if found is None:
        raise EngineProblem(
            "WEB above 1 needs nginx, which is not installed; on Debian and Ubuntu `sudo apt-get"
            " install nginx` does that, on a Mac `brew install nginx`. With WEB=1 nothing is"
            " needed."
        )
    return found


def _escape(text: str) -> str:
    """Write a text as nginx reads it between quotation marks."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def main() -> None:
    """Write the configuration for so many web processes, and become nginx."""
    instance = Instance.current()
    nginx = Nginx(instance, count=int(sys.argv[1]), port=int(environment.read("PORT")))
    try:
        nginx.prepare()
    except EngineProblem as problem:
        sys.exit(f"kith: {problem}")
    arguments = nginx.launch().arguments
    os.execv(arguments[0], arguments)  # noqa: S606 (nginx takes our place)


if __name__ == "__main__":
    main()
