"""Variables that must make sense."""

import json
import os
import subprocess
import sys

import pytest

from config.environment import ROOT, read_hours

PRINT_OPTIONS = """
import json
from django.conf import settings
print(json.dumps(settings.DATABASES["default"]["OPTIONS"]))
"""


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


def test_what_a_database_url_says_besides_the_place_goes_along() -> None:
    url = "postgres://u:p@127.0.0.1:1/db?sslmode=require&options=-c%20work_mem%3D8MB"

    done = subprocess.run(
        [sys.executable, "-c", PRINT_OPTIONS],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    options = json.loads(done.stdout)
    assert options["sslmode"] == "require"
    assert options["options"] == (
        "-c work_mem=8MB -c lock_timeout=5s -c plan_cache_mode=force_generic_plan"
    )
