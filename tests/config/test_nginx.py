"""nginx before several web processes: what is refused in one sentence, before anything is
started.
"""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, unix_serve
from websockets.exceptions import InvalidStatus

from config.engines import nginx
from config.engines.instance import Instance
from config.engines.nginx import LONGEST_PATH, Nginx
from config.engines.ports import answers, find_free_port
from config.engines.problems import EngineProblem
from config.own_services import OwnServices


@pytest.mark.parametrize("web", ["0", "17", "abc", "1.5", "-3", "３"])
def test_a_number_of_processes_that_is_none(monkeypatch: pytest.MonkeyPatch, web: str) -> None:
    monkeypatch.setenv("WEB", web)
    with pytest.raises(EngineProblem) as refused:
        OwnServices(Instance(Path("/nowhere")))
    assert str(refused.value) == (
        f"WEB is {web}; it says how many web processes run, a number from 1 to 16."
    )


def test_one_web_process_has_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB", "1")
    own = OwnServices(Instance(Path("/nowhere")))
    assert [service.name for service in [*own.proxy(), *own.web()]] == ["web"]


def test_nginx_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nginx, "PLACES", ())
    with pytest.raises(EngineProblem, match=r"`sudo apt-get install nginx`"):
        Nginx(Instance(tmp_path), count=3, port=8000).prepare()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_path_is_too_long(tmp_path: Path) -> None:
    needs_nginx()
    deep = tmp_path / ("x" * (LONGEST_PATH - len(str(tmp_path))))
    with pytest.raises(EngineProblem, match=r"too long for the sockets .* by 17 characters"):
        Nginx(Instance(deep), count=3, port=8000).prepare()
    assert not deep.exists()


def test_a_folder_with_strange_letters_is_written_as_nginx_reads_it(tmp_path: Path) -> None:
    needs_nginx()
    strange = tmp_path / 'a "b\\ $c;{'
    strange.mkdir()

    Nginx(Instance(strange), count=2, port=find_free_port()).prepare()

    assert (strange / "nginx").stat().st_mode & 0o077 == 0


class Proxy(NamedTuple):
    """A running nginx, and the address of its door for sockets."""

    nginx: Nginx
    url: str


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Return an nginx that runs before two web processes, of which there is none yet."""
    needs_nginx()
    with tempfile.TemporaryDirectory(prefix="kith-nginx-") as folder:
        Path(folder).chmod(0o755)
        port = find_free_port()
        nginx = Nginx(Instance(Path(folder)), count=2, port=port)
        nginx.prepare()
        launch = nginx.launch()
        with subprocess.Popen(launch.arguments, user=launch.user) as process:
            try:
                deadline = time.monotonic() + 10
                while not answers(port) and time.monotonic() < deadline:
                    time.sleep(0.02)
                yield Proxy(nginx, f"ws://127.0.0.1:{port}/ws/")
            finally:
                process.terminate()


def test_all_who_come_back_reach_the_first_process_that_did(proxy: Proxy) -> None:
    """Not one a second: nginx learns that a process works again when a connection to it ends."""

    async def stay(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async def come_back() -> int:
        for _ in range(2):
            with pytest.raises(InvalidStatus):
                await connect(proxy.url)
        behind = proxy.nginx.socket(1)
        async with unix_serve(stay, str(behind)), AsyncExitStack() as stack:
            behind.chmod(0o777)
            entries = (stack.enter_async_context(connect(proxy.url)) for _ in range(10))
            came = await asyncio.gather(*entries, return_exceptions=True)
            return sum(not isinstance(one, BaseException) for one in came)

    assert asyncio.run(come_back()) == 10


def needs_nginx() -> None:
    try:
        nginx.find_program()
    except EngineProblem as problem:
        pytest.skip(str(problem))
