"""docker-compose.yml and .env.example agree with the settings, read as files: no engine runs
here.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.engines.instance import ENGINES, Instance
from config.engines.jars import VERSION as NEO4J_VERSION
from config.environment import VARIABLES
from config.own_services import OwnServices, list_services

ROOT = Path(__file__).parent.parent.parent
OWN = {"banks", "web1", "web2", "web3", "nginx", "worker", "beat"}
# What only the compose file needs: passwords of the engines that it starts.
COMPOSE_ONLY = {"KITH_POSTGRES_PASSWORD", "KITH_REDIS_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_it_runs_the_same_services_as_make_up(compose: dict[str, Any]) -> None:
    assert set(list_services(3)) == OWN | set(ENGINES)
    assert set(ENGINES) == {"postgres", "valkey", "neo4j"}
    assert set(compose["services"]) == OWN | {"migrate", "postgres", "redis", "neo4j"}


def test_its_processes_are_started_as_those_of_make_up(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB", "3")
    own = OwnServices(Instance(Path("/data")))
    for service in own.web():
        command = compose["services"][service.name]["command"]
        assert command == ["python", *service.launch().arguments[1:]]
    # nginx looks for the sockets of as many as there are.
    assert compose["services"]["nginx"]["command"] == [
        "python", "-m", "config.engines.nginx", "3"
    ]  # fmt: skip


def test_images_are_pinned_to_the_engines_of_make_up(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert all(re.search(r":\d", images[name]) for name in ("postgres", "redis", "neo4j"))
    assert images["postgres"].startswith("postgres:18")
    assert images["neo4j"] == f"neo4j:{NEO4J_VERSION}"


def test_every_service_that_stays_has_a_health_check(compose: dict[str, Any]) -> None:
    without = [
        name for name, service in compose["services"].items() if "healthcheck" not in service
    ]
    assert without == ["migrate"]


def test_it_sets_only_variables_that_kith_reads(compose: dict[str, Any]) -> None:
    known = {variable.name for variable in VARIABLES}
    for name in (*OWN, "migrate"):
        assert set(compose["services"][name]["environment"]) <= known


def test_the_engines_are_reached_by_their_service_and_port(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web1"]["environment"]
    assert "@postgres:5432/kith" in environment["DATABASE_URL"]
    assert environment["REDIS_URL"].endswith("@redis:6379/0")
    assert environment["NEO4J_URI"] == "bolt://neo4j:7687"
    engine = compose["services"]["postgres"]["environment"]
    assert environment["DATABASE_URL"].split("@")[0] == (
        f"postgres://{engine['POSTGRES_USER']}:{engine['POSTGRES_PASSWORD']}"
    )


def test_it_is_published_on_the_loopback_interface_alone(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    assert published == {"nginx": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_it_takes_only_variables_that_are_documented() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert used - {variable.name for variable in VARIABLES} == COMPOSE_ONLY


def test_the_example_names_every_variable_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    stated = [line for line in lines if line and not line.startswith("#")]
    assert stated == [f"{variable.name}={variable.default}" for variable in VARIABLES]
