"""A new store takes the place of the old one, whenever the exchange dies."""

from pathlib import Path

import pytest

from config.engines import new_store
from config.engines.instance import Instance
from config.engines.neo4j import Neo4j

PARTS = ("databases", "transactions")


def make(folder: Path, word: str) -> None:
    for part in PARTS:
        (folder / "neo4j" / "data" / part / "neo4j").mkdir(parents=True)
        (folder / "neo4j" / "data" / part / "neo4j" / "store").write_text(word)


def used(instance: Instance) -> list[str]:
    data = instance.data / "neo4j" / "data"
    return [(data / part / "neo4j" / "store").read_text() for part in PARTS]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An instance whose store is old, and beside it a new one that is not offered yet."""
    made = Instance(tmp_path)
    make(tmp_path, "old")
    make(new_store.folder(made), "new")
    return made


def test_a_store_that_is_not_whole_is_not_used(instance: Instance) -> None:
    new_store.adopt(instance)

    assert used(instance) == ["old", "old"]


def test_a_store_that_is_offered_is_used_and_nothing_of_it_stays_behind(
    instance: Instance,
) -> None:
    new_store.offer(instance)
    assert new_store.is_waiting(instance)

    new_store.adopt(instance)

    assert used(instance) == ["new", "new"]
    assert not new_store.is_waiting(instance)
    assert not new_store.folder(instance).exists()


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_an_exchange_that_died_half_way_is_ended_by_the_next_start(
    instance: Instance, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_store.offer(instance)
    rename, done = Path.rename, []

    def die_after(path: Path, target: Path) -> Path:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(path)
        return rename(path, target)

    with monkeypatch.context() as dying:
        dying.setattr(Path, "rename", die_after)
        with pytest.raises(KeyboardInterrupt):
            new_store.adopt(instance)

    new_store.adopt(instance)

    assert used(instance) == ["new", "new"]
    assert not new_store.folder(instance).exists()


def test_only_the_live_neo4j_takes_a_new_store(instance: Instance) -> None:
    new_store.offer(instance)
    instance.prepare()
    for name in ("finbench", "neo4j"):
        # It has its password already.
        (instance.data / name / "data" / "dbms").mkdir(parents=True)
        (instance.data / name / "data" / "dbms" / "auth.ini").touch()

    Neo4j("finbench").prepare(instance, print)

    assert new_store.is_waiting(instance)
    assert used(instance) == ["old", "old"]

    Neo4j().prepare(instance, print)

    assert used(instance) == ["new", "new"]
