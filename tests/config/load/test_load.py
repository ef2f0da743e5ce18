"""The load of a peak: what proves it, what it keeps for the next run, and the whole of it once."""

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.load.buyers import Buyer, Paid, Timings
from config.load.proof import check_buyers
from config.load.report import Last, keep_last, read_last
from config.load.stages import CHOOSE, PAY, PICK, ROUND, TRANSFER, Step
from tests.instances import ROOT
from tests.service import Service

FUNDS = 1_000


def pay_and_check(service: Service, change: Any) -> list[str]:
    """Pay twice, change what was acknowledged, and return what the proof finds."""
    ann, shop = service.sign_up("Ann", funds=FUNDS), service.sign_up("Shop")

    async def work() -> list[str]:
        buyer = Buyer(service.url, ann.token)
        for _ in range(2):
            frame = {
                "type": "transfer.send", "id": str(uuid4()), "to": shop.id, "amount": TRANSFER
            }  # fmt: skip
            answer = await buyer.send(frame)
            buyer.paid.append(Paid(frame, answer["result"]))
        change(buyer)
        problems = await check_buyers([buyer], funds=FUNDS)
        await buyer.close()
        return problems

    return asyncio.run(work())


def test_what_was_acknowledged_and_is_there_once_agrees(service: Service) -> None:
    assert pay_and_check(service, lambda buyer: None) == []


def test_a_payment_that_nobody_was_told_of_is_found(service: Service) -> None:
    problems = pay_and_check(service, lambda buyer: buyer.paid.pop())

    assert problems == ["balance and held are (1000, 2), what was acknowledged makes (1000, 1)"]


def test_a_payment_that_is_lost_is_found(service: Service) -> None:
    def lose(buyer: Buyer) -> None:
        # As if the service had forgotten it: under this id it knows nothing.
        frame = buyer.paid[0].frame | {"id": str(uuid4())}
        buyer.paid.append(Paid(frame, {"transfer": {"id": str(uuid4())}}))

    problems = pay_and_check(service, lose)

    assert problems[0] == "balance and held are (1000, 2), what was acknowledged makes (1000, 3)"
    assert len(problems) == 2


def test_two_payments_under_one_id_are_found(service: Service) -> None:
    def share(buyer: Buyer) -> None:
        buyer.paid[1] = dataclasses.replace(buyer.paid[0])

    assert "1 payments share an id" in pay_and_check(service, share)


def test_the_stages_are_two_to_two_to_one() -> None:
    assert [ROUND.count(name) for name in (PICK, CHOOSE, PAY)] == [2, 2, 1]
    step = Step(rate=50, seconds=2, took=2.0)
    step.stages[PAY].seconds.extend([0.1] * 18)
    assert (step.wanted_rate, step.paid_rate) == (10.0, 9.0)


def test_a_quantile_is_a_time_that_was_measured() -> None:
    timings = Timings(seconds=[0.4, 0.1, 0.3, 0.2])

    assert [timings.quantile(share) for share in (0.0, 0.5, 0.99)] == [0.1, 0.3, 0.4]
    assert Timings().quantile(0.99) == 0.0


def test_the_next_run_aims_a_tenth_higher(tmp_path: Path) -> None:
    file = tmp_path / "data" / "load.json"
    assert read_last(file) is None

    assert keep_last(file, reached=40.0) == Last(40.0, 44.0)

    assert read_last(file) == Last(40.0, 44.0)
    file.write_text("{")
    assert read_last(file) is None


@pytest.mark.long
@pytest.mark.timeout(280)
def test_a_short_run_proves_itself_and_leaves_a_target(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.load", "--people", "6", "--seconds", "2", "--steps", "2",
         "--rate", "20", "--p99-ms", "60000"],
        cwd=ROOT, env=os.environ | {"KITH_DATA": str(tmp_path)}, capture_output=True, text=True,
        timeout=270, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    # Two steps of 40 and 56 commands, a fifth of them payments.
    assert (
        "✓ 19 acknowledged payments are there once, the books and the banks agree." in done.stdout
    )
    kept = json.loads((tmp_path / "load.json").read_text())
    assert kept["target"] > kept["reached"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["load.json"]
