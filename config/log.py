"""What `make up` shows: a line per thing a person should know, and the logs as they grow."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

console = Console(highlight=False)
COLOURS = {
    "kith": "bold white", "postgres": "blue", "valkey": "magenta", "neo4j": "green",
    "web": "cyan", "worker": "yellow", "beat": "bright_black",
}  # fmt: skip


def say(name: str, text: str, *, problem: bool = False) -> None:
    """Show one line of one part."""
    style = "bold red" if problem else COLOURS.get(name, "white")
    line = Text.assemble((f"{name:>8} ", style), ("| ", "bright_black"), text)
    # Not wrapped: a log line stays a line, for those who search it.
    console.print(line, soft_wrap=True)


def show_banner(url: str, logins: list[dict[str, str]], *, seconds: float) -> None:
    """Show where the service is and who can log in."""
    lines = [f"Kith is ready at [bold]{url}[/bold] after {seconds:.0f} s."]
    lines += [
        f"Log in as [bold]{login['username']}[/bold], password {login['password']}"
        for login in logins[:2]
    ]
    if len(logins) >= 2:
        other = url.replace("127.0.0.1", "localhost")
        lines.append(f"Two people in one browser: the second at [bold]{other}[/bold]")
    lines.append("Ctrl-C stops everything.")
    console.print(Panel("\n".join(lines), border_style="green", expand=False))


class LogTail:
    """Shows what is appended to the log files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}

    async def show_until(self, stop: asyncio.Event) -> None:
        """Show new lines until told to stop."""
        for path in self._folder.glob("*.log"):
            self._read[path] = path.stat().st_size
        while not stop.is_set():
            for path in sorted(self._folder.glob("*.log")):
                self._show_new(path)
            try:
                await asyncio.wait_for(stop.wait(), 0.3)
            except TimeoutError:
                continue

    def _show_new(self, path: Path) -> None:
        seen = self._read.get(path, 0)
        size = path.stat().st_size
        if size <= seen:
            return
        with open(path, "rb") as file:
            file.seek(seen)
            chunk = file.read(size - seen)
        whole, newline, _ = chunk.rpartition(b"\n")
        self._read[path] = seen + len(whole) + len(newline)
        for line in whole.decode(errors="replace").splitlines():
            if line.strip():
                say(path.stem, line.rstrip())
