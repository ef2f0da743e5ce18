"""nginx before several web processes: what is refused in one sentence, before anything is
started.
"""

from pathlib import Path

import pytest

from config.engines import nginx
from config.engines.instance import Instance
from config.engines.nginx import LONGEST_PATH, Nginx
from config.engines.ports import find_free_port
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


def needs_nginx() -> None:
    try:
        nginx.find_program()
    except EngineProblem as problem:
        pytest.skip(str(problem))
