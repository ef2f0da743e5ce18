"""What a private instance tells from the log of `make up`, without one that runs."""

from pathlib import Path

import pytest

from config.demo.private import PrivateInstance


def test_each_return_of_a_service_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATA", str(tmp_path))
    instance = PrivateInstance()
    log = instance.data / "up.log"

    log.write_text("     web | died (exit code -9)\n     web | is back\n  worker | is ba")
    assert (instance.comebacks("web"), instance.comebacks("worker")) == (1, 0)
    assert instance.comebacks("web") == 1

    with open(log, "a") as file:
        file.write("ck\n     web | is back\n     web | somebody is back\n")
    assert (instance.comebacks("worker"), instance.comebacks("web")) == (1, 2)

    instance.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_private_instance_takes_variables_instead_of_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATA", str(tmp_path))

    given = PrivateInstance({"KITH_SHORT_LIVED": "", "KITH_TRANSFER_HOURS": "0.01"}).environment

    assert (given["KITH_SHORT_LIVED"], given["KITH_TRANSFER_HOURS"]) == ("", "0.01")
    assert (given["KITH_BIND"], given["KITH_RATE_LIMITS"]) == ("127.0.0.1", "off")
