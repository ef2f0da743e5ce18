"""What the beat starts is there to be started."""

import pytest

from config.celery import app


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_what_the_beat_starts_exists(name: str) -> None:
    app.loader.import_default_modules()

    assert app.conf.beat_schedule[name]["task"] in app.tasks
