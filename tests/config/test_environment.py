"""Variables that must make sense."""

import pytest

from config.environment import read_hours


@pytest.mark.parametrize(("value", "hours"), [("", 24.0), ("0.5", 0.5), ("48", 48.0)])
def test_hours_may_be_parts_of_one(
    monkeypatch: pytest.MonkeyPatch, value: str, hours: float
) -> None:
    monkeypatch.setenv("KITH_TRANSFER_HOURS", value)

    assert read_hours("KITH_TRANSFER_HOURS") == hours


@pytest.mark.parametrize("value", ["abc", "-1", "0", "nan", "inf", "1e9"])
def test_what_is_no_number_of_hours_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("KITH_ENVELOPE_HOURS", value)

    with pytest.raises(SystemExit) as end:
        read_hours("KITH_ENVELOPE_HOURS")

    assert end.value.code == (
        f"KITH_ENVELOPE_HOURS must be a number of hours above 0 and up to 8,784, not '{value}'."
    )
