"""Kith's own processes, each as the supervisor keeps it: the sandbox's banks, web, nginx before
several of it, worker and beat.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from config import environment
from config.engines import probes
from config.engines.engine import Launch
from config.engines.instance import ENGINES, Instance
from config.engines.nginx import Nginx
from config.engines.ports import answers, is_free
from config.engines.problems import EngineProblem
from config.engines.supervisor import Service

PYTHON = sys.executable
MOST_WEB = 16
LARGEST_PORT = 65535


def read_port() -> int:
    """Return the port of the service. Raises EngineProblem."""
    port = environment.read("PORT")
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= LARGEST_PORT):
        raise EngineProblem(f"PORT is {port}; a port is a number from 1 to {LARGEST_PORT}.")
    return int(port)


def read_web() -> int:
    """Return how many web processes there are. Raises EngineProblem."""
    web = environment.read("WEB")
    if not (web.isascii() and web.isdecimal() and 1 <= int(web) <= MOST_WEB):
        raise EngineProblem(
            f"WEB is {web}; it says how many web processes run, a number from 1 to {MOST_WEB}."
        )
    return int(web)


def web_names(count: int) -> list[str]:
    """Return the names of so many web processes."""
    return ["web"] if count == 1 else [f"web{number}" for number in range(1, count + 1)]


def list_services(count: int) -> list[str]:
    """Return the names of all processes of an instance with so many web processes."""
    proxy = [] if count == 1 else ["nginx"]
    return [*ENGINES, "banks", *proxy, *web_names(count), "worker", "beat"]


class OwnServices:
    """The processes of one instance. Raises EngineProblem for what makes no sense."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.port = read_port()
        self.count = read_web()
        self.nginx = Nginx(instance, count=self.count, port=self.port) if self.count > 1 else None

    @property
    def url(self) -> str:
        """Return the address of the service."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the environment of every process of the instance."""
        return os.environ | {"PYTHONUNBUFFERED": "1", "PORT": str(self.port)}

    @property
    def banks_url(self) -> str | None:
        """Return the address of the sandbox's banks, None where real ones are named."""
        if Instance.is_given("banks"):
            return None
        return f"http://127.0.0.1:{self._instance.endpoint('banks').port}"

    def prepare_banks(self) -> None:
        """Choose another port for the banks when somebody else took theirs."""
        if not is_free(self._instance.endpoint("banks").port):
            self._instance.move("banks")

    def banks(self) -> list[Service]:
        """Return the sandbox's banks, unless real ones are named."""
        if Instance.is_given("banks"):
            return []
        channels = environment.read("KITH_BANK_CHANNELS").split(",")
        port = self._instance.endpoint("banks").port
        arguments = [
            "-m", "sandbox.banks", "serve", "--port", str(port),
            "--data", str(self._instance.data / "banks"),
            "--channels", ",".join(name for name in channels if name != "sandbox"),
            "--time-zone", environment.read("KITH_TIME_ZONE"),
        ]  # fmt: skip
        return [self._service("banks", arguments, is_ready=lambda: answers(port))]

    def proxy(self) -> list[Service]:
        """Return what stands before the web processes, if anything does."""
        if self.nginx is None:
            return []
        log = self._instance.log / "nginx.log"
        bind = environment.read("KITH_BIND")
        return [Service("nginx", self.nginx.launch, lambda: answers(self.port, bind), log)]

    def web(self) -> list[Service]:
        """Return the web processes."""
        if self.nginx is None:
            bind = environment.read("KITH_BIND")
            where = ["--host", bind, "--port", str(self.port)]
            return [self._web("web", where, lambda: probes.is_ready(f"127.0.0.1:{self.port}"))]
        return [
            self._behind(self.nginx.socket(number), name)
            for number, name in enumerate(web_names(self.count), 1)
        ]

    def _behind(self, socket: Path, name: str) -> Service:
        return self._web(name, ["--unix", str(socket)], lambda: probes.is_ready(socket))

    def _web(self, name: str, where: list[str], is_ready: Callable[[], bool]) -> Service:
        arguments = ["-m", "chat.socket.server", *where]
        return self._service(name, arguments, is_ready=is_ready)

    def background(self) -> list[Service]:
        """Return the worker and beat."""
        celery = ["-m", "celery", "--app", "config.celery", "--quiet"]
        # Three lanes told in turn may each have a thread that mostly rests.
        worker = [*celery, "worker", "--pool=threads", "--concurrency=7", "--loglevel=WARNING",
                  "--without-gossip", "--without-mingle"]  # fmt: skip
        beat = [*celery, "beat", "--loglevel=WARNING",
                "--schedule", str(self._instance.data / "beat")]  # fmt: skip
        return [self._marked("worker", worker), self._marked("beat", beat)]

    def _marked(self, name: str, arguments: list[str]) -> Service:
        # It writes this file once it is at work; see config/celery.py.
        mark = self._instance.data / f"{name}.mark"
        return self._service(name, arguments, is_ready=mark.exists, mark=mark)

    def _service(
        self,
        name: str,
        arguments: list[str],
        *,
        is_ready: Callable[[], bool],
        mark: Path | None = None,
    ) -> Service:
        environment_of_it = self.environment() | ({"KITH_MARK": str(mark)} if mark else {})

        def launch() -> Launch:
            if mark is not None:
                mark.unlink(missing_ok=True)
            return Launch([PYTHON, *arguments], environment_of_it, folder=environment.ROOT)

        return Service(name, launch, is_ready, self._instance.log / f"{name}.log")
