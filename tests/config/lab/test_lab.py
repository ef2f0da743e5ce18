"""A lab beside a whole instance with the demo's people, and the tour of it; then one alone."""

import json
import socket
import tempfile
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psycopg
import pytest
from nbclient import NotebookClient
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import Neo4jError

from graph.projection.queries import COUNT_ALL
from tests.config.lab.running import RunningLab
from tests.config.lab.test_notebook import TOUR
from tests.instances import Up

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

WRITES = (
    "CREATE (:Person {id: 'nobody'})",
    "MATCH (person:Person) SET person.blocked = true",
    "MATCH (person:Person) DETACH DELETE person",
    "CREATE INDEX names FOR (person:Person) ON (person.username)",
    "DROP CONSTRAINT person_id_unique",
    "CALL db.createLabel('Nothing')",
    "CALL dbms.setConfigValue('server.databases.default_to_read_only', 'false')",
)


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """An instance that runs, with the demo in it."""
    # Not in pytest's folder, as in tests/config/test_up.py.
    with tempfile.TemporaryDirectory(prefix="kith-lab-") as folder:
        made = Up(Path(folder) / "up", more={"KITH_DEMO": "on"})
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def lab(up: Up) -> Iterator[RunningLab]:
    """A lab beside it."""
    made = RunningLab(up, up.data.with_suffix(".lab"))
    made.open()
    yield made
    made.end()


@pytest.fixture(scope="module")
def tour(lab: RunningLab) -> dict[str, str]:
    """What each cell of the tour showed, run from top to bottom, by its tag."""
    book = nbformat.read(TOUR, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        # The kernel inherits it, and is not to be led elsewhere.
        for name, value in (lab.up.environment | {"KITH_LAB": ""}).items():
            patch.setenv(name, value)
        NotebookClient(
            book, timeout=300, kernel_name="python3", resources={"metadata": {"path": TOUR.parent}}
        ).execute()
    return {cell.metadata.tags[0]: shown(cell) for cell in book.cells if cell.cell_type == "code"}


def shown(cell: nbformat.NotebookNode) -> str:
    (output,) = [one for one in cell.outputs if one.output_type == "execute_result"]
    return str(output["data"]["text/plain"])


def table(text: str) -> list[list[str]]:
    """Return the cells of a table without its head and its foot."""
    return [[cell.strip() for cell in line.split("  ") if cell] for line in text.split("\n")[1:-1]]


def count(driver: Driver) -> dict[str, int]:
    found = driver.execute_query(COUNT_ALL.text, routing_="r").records
    return {row["name"]: row["found"] for row in found}


def live(up: Up, lab: RunningLab) -> Driver:
    at = lab.instance.endpoint("neo4j")
    return GraphDatabase.driver(f"bolt://127.0.0.1:{at.port}", auth=("neo4j", at.password))


def ask_over_http(lab: RunningLab, path: str, body: dict[str, Any] | None = None) -> Any:
    bolt = lab.instance.endpoint("lab")
    login = b64encode(f"neo4j:{bolt.password}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{lab.instance.endpoint('lab_browser').port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    return urllib.request.urlopen(request, timeout=60)


def test_it_holds_what_the_live_graph_holds(up: Up, lab: RunningLab) -> None:
    with live(up, lab) as theirs, lab.driver() as ours:
        # The demo's events may still be on their way to the live one.
        up.wait_until(lambda: count(theirs) == count(ours), 60, "both hold the same")

        assert count(ours)["Person"] == 6
        assert count(ours)["TRANSFERRED"] >= 20


def test_it_says_where_it_is_and_how_to_log_in(lab: RunningLab) -> None:
    bolt, browser = lab.instance.endpoint("lab"), lab.instance.endpoint("lab_browser")

    assert f"http://127.0.0.1:{browser.port}/browser/" in lab.output
    assert f"Log in as neo4j, password {bolt.password}" in lab.output
    assert f"Notebooks: bolt://neo4j:{bolt.password}@127.0.0.1:{bolt.port}\n" in lab.output


@pytest.mark.parametrize("statement", WRITES)
def test_whoever_writes_over_bolt_is_refused(lab: RunningLab, statement: str) -> None:
    with lab.driver() as driver:
        before = count(driver)

        with pytest.raises(Neo4jError), driver.session() as session:
            session.run(statement).consume()

        assert count(driver) == before
        found = driver.execute_query("SHOW HOME DATABASE YIELD access").records
        assert [row["access"] for row in found] == ["read-only"]


def test_whoever_writes_over_http_is_refused(lab: RunningLab) -> None:
    body = {"statements": [{"statement": WRITES[0]}]}

    answer = json.loads(ask_over_http(lab, "/db/neo4j/tx/commit", body).read())

    assert [one["code"] for one in answer["errors"]] == [
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase"
    ]


def test_without_the_password_nothing_is_shown(lab: RunningLab) -> None:
    port = lab.instance.endpoint("lab").port

    with pytest.raises(Neo4jError) as refused, GraphDatabase.driver(
        f"bolt://127.0.0.1:{port}", auth=("neo4j", "neo4j")
    ) as driver:  # fmt: skip
        driver.verify_connectivity()

    assert refused.value.code == "Neo.ClientError.Security.Unauthorized"


def test_neo4j_browser_is_there_and_may_ask_the_lab_alone(lab: RunningLab) -> None:
    port = lab.instance.endpoint("lab").port

    with ask_over_http(lab, "/browser/") as answer:
        assert "<title>Neo4j Browser</title>" in answer.read().decode()

    policy = answer.headers["Content-Security-Policy"]
    assert f"connect-src 'self' http://127.0.0.1:{port} ws://127.0.0.1:{port}" in policy
    assert "default-src 'self';" in policy


@pytest.mark.parametrize("name", ["lab", "lab_browser"])
def test_it_listens_on_the_loopback_address_alone(lab: RunningLab, name: str) -> None:
    port = lab.instance.endpoint(name).port
    socket.create_connection(("127.0.0.1", port), timeout=5).close()

    # Another address of this machine, at which one answers who listens on all of them.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_that_it_was_opened_is_written_down(lab: RunningLab) -> None:
    with psycopg.connect(lab.instance.url_of("postgres")) as connection:
        looks = connection.execute("SELECT question, by FROM risk_look").fetchall()

    assert [question for question, _ in looks] == ["lab"]
    assert looks[0][1].startswith("command line: ")


def test_a_second_one_is_refused(up: Up, lab: RunningLab) -> None:
    code, said = RunningLab(up, up.data.with_suffix(".second")).refuse()

    assert code == 1
    assert said == f"lab | A lab is open in {up.data} already; end it with Ctrl-C first.\n"


def test_the_tour_finds_the_ring_of_the_demo(tour: dict[str, str]) -> None:
    (ring,) = table(tour["rings"])
    assert ring[:3] == ["kai CNY → lin CNY → jonas CNY", "3", "3,200"]
    (closing,) = table(tour["closing"])
    assert closing[0] == "jonas CNY → kai CNY → lin CNY"
    assert tour["ring-picture"].startswith("picture of 6 nodes and ")


def test_the_tour_finds_who_collects_and_who_passes_on(tour: dict[str, str]) -> None:
    fans = {row[0]: row[1:3] for row in table(tour["fan-in"])}
    assert fans["mei CNY"] == ["3", "lin CNY, ravi CNY, sofia CNY"]
    assert [row[:3] for row in table(tour["mules"])] == [
        ["jonas CNY", "3,200", "3,200"], ["lin CNY", "3,200", "3,200"]
    ]  # fmt: skip


def test_the_tour_finds_who_vouches_and_what_can_be_lost(tour: dict[str, str]) -> None:
    assert [row[:3] for row in table(tour["guarantees"])] == [["sofia", "ravi", "10,000"]]
    assert table(tour["chains"]) == [["sofia → ravi", "2", "22,002"]]
    assert table(tour["drawable"]) == [["sofia", "ravi", "17,998"], ["jonas", "kai", "15,000"]]
    assert table(tour["loss"]) == [["ravi", "2", "22,002", "10,000", "0"]]


def test_the_tour_says_so_where_there_is_none(tour: dict[str, str]) -> None:
    assert tour["devices"].endswith("(none)")
    assert tour["guarantee-cycles"].endswith("(none)")


def test_the_tour_shows_that_nothing_can_be_written(tour: dict[str, str]) -> None:
    assert "No write operations are allowed on this database." in tour["refused"]


def test_ctrl_c_leaves_nothing_of_it(up: Up, lab: RunningLab) -> None:
    code = lab.press_ctrl_c()

    assert code == 0
    assert lab.output.endswith("lab | ended; its copy of the graph is removed\n")
    assert not (up.data / "lab").exists()
    assert [args for args in up.processes().values() if "/lab/conf" in args] == []
    # The instance has not noticed.
    with urllib.request.urlopen(f"{up.url}/readyz", timeout=20) as response:
        assert response.status == 200


def test_it_is_opened_without_the_instance(up: Up, lab: RunningLab) -> None:
    up.press_ctrl_c()
    again = RunningLab(up, up.data.with_suffix(".again"))

    again.open()

    with again.driver() as driver:
        assert count(driver)["Person"] == 6
    # PostgreSQL was there for the copy only.
    assert not (up.data / "postgres.pid").exists()
    assert again.press_ctrl_c() == 0
    assert up.processes() == {}
