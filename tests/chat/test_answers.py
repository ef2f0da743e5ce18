"""From what happened to what a client is told."""

import logging

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError

from chat.doors.answers import explain
from wallet.ledger.errors import InsufficientFunds


def test_a_refusal_is_told_as_it_is() -> None:
    refusal = InsufficientFunds()

    assert explain(refusal) is refusal


def test_what_nobody_foresaw_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        told = explain(ValueError("the password is green-tea"))

    assert (told.code, told.status) == ("request.failed", 500)
    assert "green-tea" not in str(told.as_json())
    assert "green-tea" in caplog.text


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("gone")])
def test_a_database_that_is_away_may_be_tried_again(error: Exception) -> None:
    told = explain(error)

    assert (told.code, told.retryable, told.retry_after_ms) == ("request.busy", True, 1_000)
    assert "gone" not in str(told.as_json())


def test_a_body_that_is_too_long_is_malformed() -> None:
    assert explain(RequestDataTooBig()).code == "request.malformed"
