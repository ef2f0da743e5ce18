"""docs/protocol.md lists what the registry holds."""

from config.management.commands.write_protocol import BEGIN, PATH, generated


def test_the_generated_part_is_up_to_date() -> None:
    written = BEGIN + PATH.read_text().partition(BEGIN)[2]
    assert written == generated(), "run `.venv/bin/python manage.py write_protocol`"
