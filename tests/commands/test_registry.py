"""The one list of commands, and of the refusals they meet."""

from typing import Literal
from uuid import uuid4

import pytest

from commands import registry
from commands.errors import Refusal, UnknownCommand
from commands.frames import Command, Result
from commands.registry import Caller, get_registration, handles, list_registrations


class Greet(Command):
    type: Literal["test.greet"]


class Done(Result):
    pass


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of commands of the test's own."""
    monkeypatch.setattr(registry, "_registrations", {})


def test_a_handler_is_found_by_the_name_in_its_frame(alone: None) -> None:
    @handles(Greet, result=Done, family="Test")
    def greet(command: Greet, caller: Caller) -> Done:
        """Say hello to
        everybody.

        Nobody reads this paragraph.
        """
        return Done()

    found = get_registration("test.greet")

    assert (found.handler, found.model, found.result) == (greet, Greet, Done)
    assert found.summary == "Say hello to everybody."
    assert list_registrations() == [found]


def test_two_handlers_for_one_name_are_refused(alone: None) -> None:
    handles(Greet, result=Done, family="Test")(lambda command, caller: Done())

    with pytest.raises(ValueError, match=r"Two handlers for test\.greet"):
        handles(Greet, result=Done, family="Test")(lambda command, caller: Done())


@pytest.mark.parametrize(
    ("how", "keyed", "writes"),
    [
        ({}, True, True),
        ({"reads": True}, False, False),
        ({"keyed": False}, False, True),
        ({"public": True}, False, True),
    ],
)
def test_only_writes_of_somebody_keep_their_id(
    alone: None, how: dict[str, bool], keyed: bool, writes: bool
) -> None:
    handles(Greet, result=Done, family="Test", **how)(lambda command, caller: Done())

    found = get_registration("test.greet")

    assert (found.keyed, found.writes) == (keyed, writes)


def test_an_unknown_name_is_refused_by_its_first_letters() -> None:
    with pytest.raises(UnknownCommand) as caught:
        get_registration("no.such" + "x" * 1000)

    assert caught.value.code == "request.unknown_command"
    assert caught.value.detail == {"command": ("no.such" + "x" * 1000)[:80]}


def test_all_commands_are_listed_by_name() -> None:
    names = [registration.name for registration in list_registrations()]

    assert names == sorted(names)
    assert {"account.create", "message.send", "envelope.claim", "loan.grant"} <= set(names)


def test_two_refusals_cannot_share_a_code() -> None:
    with pytest.raises(ValueError, match=r"Two refusals have the code room\.full"):
        type("Crowded", (Refusal,), {"code": "room.full"})


def test_a_refusal_shows_what_clients_rely_on() -> None:
    person = uuid4()

    class Away(Refusal):
        code = f"test.{person}"
        status = 409
        message = "{who} is away."
        retryable = True

    try:
        assert Away(who="Li", retry_after_ms=250).as_json() == {
            "code": f"test.{person}",
            "message": "Li is away.",
            "retryable": True,
            "detail": {"who": "Li"},
            "retry_after_ms": 250,
        }
        assert "retry_after_ms" not in Away(who="Li").as_json()
    finally:
        del Refusal.known[Away.code]
