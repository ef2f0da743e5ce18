"""How much of its store Neo4j may keep in memory."""

import os
from pathlib import Path

from config.engines import new_store
from config.engines.instance import Instance
from config.engines.neo4j import Neo4j, choose_page_cache

MEBIBYTE = 2**20


def fill(home: Path, size: int) -> None:
    """Have a store of a size, of which nothing is written."""
    store = home / "data" / "databases" / "neo4j" / "neostore"
    store.parent.mkdir(parents=True)
    store.touch()
    os.truncate(store, size)


def test_a_store_that_is_not_there_yet_has_the_smallest(tmp_path: Path) -> None:
    assert choose_page_cache(tmp_path) == "128m"


def test_a_store_is_held_with_a_quarter_more(tmp_path: Path) -> None:
    fill(tmp_path, 400 * MEBIBYTE)

    assert choose_page_cache(tmp_path) == "500m"


def test_a_store_that_is_too_large_gets_a_quarter_of_the_memory(tmp_path: Path) -> None:
    fill(tmp_path, 2**40)

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert choose_page_cache(tmp_path) == f"{memory // 4 // MEBIBYTE}m"


def test_the_store_that_a_start_puts_in_its_place_is_the_one_that_counts(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.prepare()
    fill(new_store.folder(instance) / "neo4j", 400 * MEBIBYTE)
    new_store.offer(instance)

    Neo4j().configure(instance)

    conf = (tmp_path / "neo4j" / "conf" / "neo4j.conf").read_text()
    assert "server.memory.pagecache.size=500m\n" in conf
