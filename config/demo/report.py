"""What a run shows at its end."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.demo.cast import Cast
from config.demo.player import Killed
from config.demo.verify import Check

SHOWN = 5


def show_numbers(
    console: Console, cast: Cast, *, payments: int, seconds: float, killed: Sequence[Killed]
) -> None:
    """Show what was played, what was refused, and how long messages took."""
    room, tally = cast.room, cast.tally
    table = Table(title="What was played", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_row("people", f"{len(cast.names):,}")
    table.add_row("messages", f"{len(cast.messages):,}")
    table.add_row("payments acknowledged", f"{payments:,}")
    table.add_row("events of the room", f"{len(room.events):,}")
    table.add_row("deliveries to clients", f"{room.deliveries:,}")
    table.add_row("seconds", f"{seconds:.1f}")
    latencies = room.latencies()
    for percent in (50, 99):
        table.add_row(f"p{percent} from send to last delivery", show_percentile(latencies, percent))
    table.add_row("reconnects", f"{cast.reconnects:,}")
    if killed:
        table.add_row("killed", ", ".join(one.service for one in killed))
    console.print(table)
    console.print(_count("Commands by kind", tally.commands))
    refusals = Table(title="Refusals by code", title_justify="left")
    for name in ("code", "provoked", "not expected", "asked to retry"):
        refusals.add_column(name, justify="left" if name == "code" else "right")
    retries = cast.retries
    for code in sorted({*tally.provoked, *tally.unexpected, *retries}):
        refusals.add_row(
            code, *(f"{counter[code] or ''}" for counter in (tally.provoked, tally.unexpected,
                                                             retries)),
        )  # fmt: skip
    console.print(refusals)


def show_percentile(latencies: Sequence[float], percent: int) -> str:
    """Return below which time so many of a hundred stay; the times are sorted."""
    if not latencies:
        return "-"
    place = min(len(latencies) - 1, len(latencies) * percent // 100)
    return f"{latencies[place] * 1000:,.1f} ms"


def _count(title: str, counter: Counter[str]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in sorted(counter.items()):
        table.add_row(name, f"{count:,}")
    return table


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """Show what was verified, and what contradicts it."""
    for check in checks:
        style, mark = ("red", "✗") if check.problems else ("green", "✓")
        console.print(Text.assemble((f"{mark} ", style), check.name), soft_wrap=True)
        for problem in check.problems[:SHOWN]:
            console.print(Text(f"    {problem}"), soft_wrap=True)
        if len(check.problems) > SHOWN:
            console.print(Text(f"    and {len(check.problems) - SHOWN} more"))


def say_counts(counter: Counter[str]) -> str:
    """Return in a line how often there was what."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counter.items())) or "none"
