"""What the code promises about itself: sizes, places, and that nothing is undocumented or
untested.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.errors import Refusal
from commands.registry import list_registrations
from graph.statements import list_statements

ROOT = Path(__file__).parent.parent
PACKAGES = ("commands", "outbox", "graph", "wallet", "chat", "config", "sandbox")
FILE_LINES = 400
FUNCTION_LINES = 70
LINE_LENGTH = 100


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{relative(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if found.search(line)
    ]


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    files = python_files(*PACKAGES, "tests", "bench") + list((ROOT / "chat").rglob("*.js"))
    long = {relative(path): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{relative(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in python_files(*PACKAGES, "tests", "bench")
        for node in functions(path)
        if node.end_lineno is not None
    }
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_no_line_is_too_long() -> None:
    text = [
        path
        for ending in ("*.js", "*.css", "*.cypher", "*.sql", "*.html")
        for folder in PACKAGES
        for path in (ROOT / folder).rglob(ending)
    ]
    assert lines_with(f"^.{{{LINE_LENGTH + 1},}}", text) == []


def test_rows_are_locked_in_one_place_per_app() -> None:
    places = lines_with(r"select_for_update|FOR (NO KEY )?UPDATE", python_files(*PACKAGES))
    outside = {place.partition(":")[0] for place in places if "/locks.py:" not in place}
    # The outbox claims events; see Note [Claiming events].
    assert outside == {"outbox/delivery.py"}


def test_steps_after_the_commit_go_through_one_wrapper() -> None:
    places = lines_with(r"\bon_commit\(", python_files(*PACKAGES))
    assert {place.partition(":")[0] for place in places} == {"outbox/after_commit.py"}


def test_cypher_stands_in_files_only() -> None:
    cypher = r"\b(MATCH|MERGE|UNWIND|OPTIONAL MATCH|DETACH DELETE)\b \(?\$?[a-z(]"
    assert lines_with(cypher, python_files(*PACKAGES)) == []


def test_each_cypher_file_is_registered_and_asks_a_question() -> None:
    registered = {statement.path for statement in list_statements()}
    assert registered == set((ROOT / "graph").rglob("*.cypher"))
    for statement in list_statements():
        assert statement.text.startswith("// "), f"{statement.name} does not say what it is for"


def test_each_cypher_file_uses_the_parameters_it_is_registered_with() -> None:
    for statement in list_statements():
        used = set(re.findall(r"\$(\w+)", statement.text))
        assert used == set(statement.parameters), statement.name


def test_a_reading_statement_writes_nothing() -> None:
    writing = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|LOAD|FOREACH)\b")
    reading = [statement for statement in list_statements() if statement.access == "read"]
    assert len(reading) >= 6
    writers = [statement.name for statement in reading if writing.search(statement.text)]
    assert writers == []


def test_each_command_says_what_it_does() -> None:
    assert len(list_registrations()) > 60
    silent = [command.name for command in list_registrations() if not command.summary.endswith(".")]
    assert silent == []


def test_each_public_function_of_a_service_says_what_it_promises() -> None:
    names = ("services.py", "selectors.py", "locks.py", "repayment.py", "flow.py")
    silent = [
        f"{relative(path)}:{node.name}"
        for path in python_files(*PACKAGES)
        if path.name in names
        for node in functions(path)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_services_take_keyword_arguments() -> None:
    """`pay(*items)` and the like take a list of one kind; everything else is named."""
    positional = [
        f"{relative(path)}:{node.name}"
        for path in python_files("wallet", "graph", "chat")
        if path.name in ("services.py", "locks.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and len(node.args.args) > 1
    ]
    assert positional == []


def test_each_error_code_has_a_test_that_meets_it() -> None:
    """A code in a comment or inside a longer text does not count."""
    written = {
        node.value
        for path in python_files("tests")
        if path.name != Path(__file__).name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert len(Refusal.known) > 40
    assert sorted(set(Refusal.known) - written) == []


@pytest.mark.parametrize("word", ["/wo" + "rk/", "/ro" + "ot/", "/fa" + "rm/"])
def test_no_path_of_one_machine_is_written_down(word: str) -> None:
    import subprocess

    listed = subprocess.run(
        ["git", "grep", "-l", "-F", word], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert listed.stdout.splitlines() == []
