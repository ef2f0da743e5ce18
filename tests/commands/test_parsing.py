"""From bytes to a command: whatever is wrong is `request.malformed`, with the field named."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal
from uuid import UUID

import pydantic_core
import pytest

from commands.errors import Malformed
from commands.frames import (
    MAX_AMOUNT,
    Amount,
    Command,
    Currency,
    Day,
    Id,
    Moment,
    PageSize,
    Pin,
    Result,
    Seq,
    ShortText,
    Text,
    show_moment,
)
from commands.parsing import parse_command, parse_object
from commands.registry import Registration

SOMEBODY = "0190a8e2-7b8c-7d3e-8f00-0123456789ab"


class Everything(Command):
    type: Literal["test.everything"]
    amount: Amount = 1
    currency: Currency = "CNY"
    person: Id | None = None
    when: Moment | None = None
    on: Day | None = None
    text: Text = ""
    note: ShortText = ""
    limit: PageSize = 50
    after: Seq = 0
    pin: Pin | None = None
    people: list[Id] = []
    loud: bool = False


class Needy(Command):
    type: Literal["test.needy"]
    amount: Amount
    room: Id


class Nothing(Result):
    pass


def registered(model: type[Command]) -> Registration:
    return Registration(
        name=f"test.{model.__name__.lower()}", model=model, result=Nothing,
        handler=lambda command, caller: Nothing(), family="Test", summary="Do nothing.",
    )  # fmt: skip


def parse(raw: str | bytes, model: type[Command] = Everything) -> Any:
    return parse_command(registered(model), parse_object(raw))


def field_at_fault(raw: str | bytes, model: type[Command] = Everything) -> str | None:
    with pytest.raises(Malformed) as caught:
        parse(raw, model)
    assert caught.value.code == "request.malformed"
    assert caught.value.status == 400
    assert not caught.value.retryable
    return caught.value.detail.get("field")


@pytest.mark.parametrize(
    "raw",
    [
        "true", "1.0", "1.5", "1e3", '"1"', "null", "[1]", "{}", "0", "-1", str(MAX_AMOUNT + 1),
        str(2**63), str(10**300), "1e999",
    ],
)  # fmt: skip
def test_an_amount_is_a_whole_number_within_its_bounds(raw: str) -> None:
    assert field_at_fault(f'{{"amount": {raw}}}') == "amount"


@pytest.mark.parametrize("amount", [1, MAX_AMOUNT])
def test_the_bounds_of_an_amount_are_within(amount: int) -> None:
    assert parse(f'{{"amount": {amount}}}').amount == amount


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("currency", '"cny"'), ("currency", '"CN"'), ("currency", '"CNY\\n"'), ("currency", "1"),
        ("person", '"nobody"'), ("person", "5"), ("person", '"0190a8e2"'),
        ("when", '"2026-02-30T00:00:00Z"'), ("when", "1767225600"), ("when", '"noon"'),
        ("on", '"2026-13-01"'), ("on", "20260101"),
        ("text", "7"), ("text", "null"),
        ("note", '"' + "x" * 201 + '"'),
        ("limit", "0"), ("limit", "201"), ("after", "-1"), ("after", str(2**53 + 1)),
        ("pin", '"12345"'), ("pin", '"1234567"'), ("pin", '"12345x"'), ("pin", "123456"),
        ("people.1", f'["{SOMEBODY}", "x"]'), ("people", '"x"'),
        ("loud", "1"), ("loud", '"true"'),
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_kind_is_named(field: str, raw: str) -> None:
    assert field_at_fault(f'{{"{field.partition(".")[0]}": {raw}}}') == field


def test_an_unknown_field_is_named() -> None:
    assert field_at_fault('{"amount": 1, "amuont": 2}') == "amuont"


def test_a_missing_field_is_named() -> None:
    assert field_at_fault(f'{{"room": "{SOMEBODY}"}}', Needy) == "amount"
    assert field_at_fault('{"amount": 1}', Needy) == "room"


def test_a_client_cannot_name_another_type() -> None:
    assert parse('{"type": "test.needy"}').type == "test.everything"


@pytest.mark.parametrize(
    "raw",
    [
        "", "{", '{"amount": 1', '{"amount": 01}', "{amount: 1}", '{"amount": 1,}', "'x'",
        '{"amount": NaN}', '{"amount": Infinity}', '{"amount": -Infinity}',
        '{"text": "\\ud800"}', '{"text": "\\udfff x"}', '{"text": "a\nb"}',
        b'{"text": "\xff\xfe"}', b'{"text": "\xed\xa0\x80"}',
        '{"text":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"amount": ' + "9" * 100_000 + "}",
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(raw: str | bytes) -> None:
    field_at_fault(raw)


@pytest.mark.parametrize("raw", ["[]", "1", '"text"', "null", "true", "[{}]"])
def test_a_frame_is_an_object(raw: str) -> None:
    with pytest.raises(Malformed, match="JSON object"):
        parse_object(raw)


def test_text_with_nul_is_refused() -> None:
    assert field_at_fault('{"text": "a\\u0000b"}') == "text"


@pytest.mark.parametrize("text", ["😀", "\u202e", "\u200b", "ẞ", "\U0010ffff", "\x01", " "])
def test_any_other_text_passes_unchanged(text: str) -> None:
    assert parse(pydantic_core.to_json({"text": text})).text == text


def test_a_time_without_an_offset_is_refused() -> None:
    assert field_at_fault('{"when": "2026-01-01T00:00:00"}') == "when"


def test_times_are_kept_in_utc() -> None:
    moment = parse('{"when": "2026-01-01T08:00:00.1239+08:00"}').when

    assert moment == datetime(2026, 1, 1, 0, 0, 0, 123900, tzinfo=UTC)
    assert moment.tzinfo == UTC


def test_times_are_shown_in_utc_with_milliseconds() -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 1, 1, 8, 0, 0, 123999, tzinfo=shanghai)

    assert show_moment(moment) == "2026-01-01T00:00:00.123Z"


def test_ids_and_days_are_read_from_text() -> None:
    command = parse(f'{{"person": "{SOMEBODY.upper()}", "on": "2026-02-28"}}')

    assert command.person == UUID(SOMEBODY)
    assert command.on == date(2026, 2, 28)


def test_a_command_cannot_be_changed() -> None:
    command = parse("{}")

    with pytest.raises(ValueError, match="frozen"):
        command.amount = 2
