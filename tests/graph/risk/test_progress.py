"""How far a command is reaches who has the standard error in a file, too."""

import pytest

from graph.risk.progress import show_progress


@pytest.mark.parametrize(
    ("every", "told"), [(0.0, "reading\n1 of 2\n2 of 2\n"), (3600.0, "reading\n")]
)
def test_where_no_line_can_change_lines_are_added_but_not_too_many(
    capfd: pytest.CaptureFixture[str], every: float, told: str
) -> None:
    with show_progress("reading", every=every) as say:
        say("1 of 2")
        say("2 of 2")

    assert capfd.readouterr().err == told


def test_on_a_terminal_one_line_changes(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    with show_progress("reading", every=0.0) as say:
        say("1 of 2")

    shown = capfd.readouterr().err
    assert "1 of 2" in shown
    assert shown.endswith("\x1b[2K")
