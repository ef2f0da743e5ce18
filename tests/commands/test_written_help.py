"""A help that is a page keeps its lines."""

import pytest
from django.core.management import get_commands, load_command_class

PAGES = [
    "check_history", "evaluate_limits", "ledger_table", "limits", "load_trust", "make_people",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_help_is_shown_line_by_line_as_it_is_written(name: str) -> None:
    command = load_command_class(get_commands()[name], name)

    shown = command.create_parser("manage.py", name).format_help()

    assert len(command.help.splitlines()) > 5
    assert command.help.strip() in shown
