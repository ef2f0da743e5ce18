"""docs/protocol.md lists what the registry holds."""

from chat.doors.openapi import make_openapi
from commands.errors import Refusal
from config.management.commands.write_protocol import BEGIN, PATH, generated


def test_the_generated_part_is_up_to_date() -> None:
    written = BEGIN + PATH.read_text().partition(BEGIN)[2]
    assert written == generated(), "run `.venv/bin/python manage.py write_protocol`"


def test_each_error_is_told_in_whole_sentences() -> None:
    told = {code: refusal.describe() for code, refusal in Refusal.known.items()}
    whole = (
        "A bank was asked for a part of it and has not said whether it pays; `detail` names that"
        " payment. Other sources than a bank may pay meanwhile."
    )

    assert {code for code, text in told.items() if not text.endswith(".")} == set()
    assert told["payment_request.at_bank"] == whole
    assert f"| `payment_request.at_bank` | 409 | {whole} |" in generated()
    answers = make_openapi()["paths"]["/api/payment_request.pay"]["post"]["responses"]
    assert f"payment_request.at_bank: {whole}" in answers["409"]["description"]
