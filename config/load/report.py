"""What a run has shown, for a person, and what the next one aims at."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.load.stages import PAY, Step

MS = 1000
# The next run aims a tenth higher.
MORE = 1.1


@dataclass(frozen=True)
class Last:
    """What the last run came to, in payments a second, and what it left as the target."""

    reached: float
    target: float


def read_last(file: Path) -> Last | None:
    """Return what the last run left, None if there is none that can be read."""
    try:
        kept = json.loads(file.read_text())
        return Last(float(kept["reached"]), float(kept["target"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_last(file: Path, *, reached: float) -> Last:
    """Keep what this run came to, for the next one."""
    last = Last(round(reached, 1), round(reached * MORE, 1))
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    kept = {"reached": last.reached, "target": last.target, "at": datetime.now(UTC).isoformat()}
    draft.write_text(json.dumps(kept, indent=2))
    draft.replace(file)
    return last


def show_steps(console: Console, steps: list[Step], *, passed: list[bool]) -> None:
    """Show each step of the ramp: what was asked for, what came, and how long it took."""
    table = Table(title="a peak at 2 : 2 : 1", title_justify="left")
    for head in ("asked/s", "stage", "answered", "refused", "unsent", "p50 ms", "p99 ms", "paid/s"):
        table.add_column(head, justify="left" if head == "stage" else "right")
    for step, is_passed in zip(steps, passed, strict=True):
        for name, timings in step.stages.items():
            is_first, is_pay = name == next(iter(step.stages)), name == PAY
            table.add_row(
                f"{step.rate:,.0f}" if is_first else "",
                name,
                f"{len(timings.seconds):,}",
                f"{len(timings.refusals):,}",
                f"{step.unsent:,}" if is_first else "",
                f"{timings.quantile(0.5) * MS:,.0f}",
                f"{timings.quantile(0.99) * MS:,.0f}",
                f"{step.paid_rate:,.1f} {'✓' if is_passed else '✗'}" if is_pay else "",
                end_section=is_pay,
            )
    console.print(table)
    for step in steps:
        for code, count in sorted(step.refusals.items()):
            console.print(f"  at {step.rate:,.0f}/s: {count:,} times {code}", markup=False)
