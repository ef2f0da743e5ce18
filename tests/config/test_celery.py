"""What beat says."""

import logging

import pytest
from celery.beat import ScheduleEntry, Scheduler

from config.celery import InOneLine, app


class Unsent(Scheduler):
    """A scheduler whose bus is away."""

    def send_task(self, *args: object, **kwargs: object) -> None:
        """Fail as the bus does."""
        raise ConnectionError("refused")


def test_a_task_that_cannot_be_sent_takes_one_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = ScheduleEntry(name="pay interest", task="none.of_ours", schedule=60.0, app=app)
    logger, in_one_line = logging.getLogger("celery.beat"), InOneLine()
    logger.addFilter(in_one_line)
    try:
        with caplog.at_level(logging.ERROR, logger.name):
            Unsent(app, lazy=True).apply_entry(entry)
    finally:
        logger.removeFilter(in_one_line)

    (record,) = caplog.records
    assert record.getMessage() == "Couldn't apply scheduled task pay interest: refused"
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
