"""The command line of the sandbox's banks."""

import argparse
import http.client
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sandbox.banks.books import Books
from sandbox.banks.channels import FAULTS
from sandbox.banks.server import Banks

CHANNELS = "harbour,lantern,cedar"
SECONDS = 10
DESCRIPTION = """Banks to try things on: several channels with books of their own.

`make up` runs them (service `banks`); the other commands talk to those that run.

  python -m sandbox.banks show
  python -m sandbox.banks set harbour --fault lose --times 1
  python -m sandbox.banks set harbour --latency-ms 800 --capacity 4
  python -m sandbox.banks set harbour --fault none --latency-ms 0 --capacity 64
  python -m sandbox.banks statement harbour --day 2026-11-23
  python -m sandbox.banks forge harbour NUMBER --amount 100

The faults:
""" + "\n".join(f"  {name:8}{meaning}" for name, meaning in FAULTS.items())


def find_url() -> str:
    """Return the address of the banks of the instance that KITH_DATA names. Exits when none run."""
    data = Path(os.environ.get("KITH_DATA") or "var")
    file = (Path(__file__).resolve().parent.parent.parent / data / "ready.json").resolve()
    try:
        return str(json.loads(file.read_text())["banks"])
    except (OSError, ValueError, KeyError):
        sys.exit(f"banks: no instance with banks runs in {file.parent}; --url names their address.")


def ask(url: str, method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
    """Return what the banks answer; a refusal ends the program."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    try:
        line.request(method, path, json.dumps(fields) if fields is not None else None)
        response = line.getresponse()
        answer = json.loads(response.read())
    except OSError as error:
        sys.exit(f"banks: {url} does not answer: {error}.")
    finally:
        line.close()
    if response.status != http.client.OK:
        sys.exit(f"banks: {answer['error']}.")
    return answer


def serve(options: argparse.Namespace) -> None:
    """Run the banks until SIGTERM or SIGINT."""
    if os.environ.get("KITH_ENV") == "production":
        sys.exit("banks: these banks give any amount; production does without them.")
    books = Books(options.data / "banks.sqlite3", time_zone=options.time_zone)
    names = [name for name in options.channels.split(",") if name]
    banks = Banks(options.host, options.port, books=books, channels=names)
    for sign in (signal.SIGTERM, signal.SIGINT):
        # Not in this thread, which is the one that serves.
        signal.signal(sign, lambda *_: threading.Thread(target=banks.shutdown).start())
    banks.serve_forever(poll_interval=0.1)
    banks.ending.set()
    banks.server_close()
    books.close()


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.banks", description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run the banks in the foreground")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True)
    serving.add_argument("--data", type=Path, required=True, help="folder of their books")
    serving.add_argument("--channels", default=CHANNELS, help="by comma (default: %(default)s)")
    serving.add_argument("--time-zone", default="Asia/Shanghai", help="of a statement's days")
    talking = argparse.ArgumentParser(add_help=False)
    talking.add_argument("--url", help="address (default: that of the instance KITH_DATA names)")
    commands.add_parser("show", parents=[talking], help="show the channels as they are set")
    setting = commands.add_parser("set", parents=[talking], help="set what a channel is like")
    setting.add_argument("channel")
    setting.add_argument("--capacity", type=int, help="payments at once; more are refused as busy")
    setting.add_argument("--latency-ms", type=int, help="how long each takes")
    setting.add_argument("--fault", choices=FAULTS)
    setting.add_argument("--times", type=int, help="how many payments it hits (default: all)")
    setting.add_argument("--seconds", type=int, help="how long `hang` and `late` take")
    stating = commands.add_parser("statement", parents=[talking], help="show what moved on a day")
    stating.add_argument("channel")
    stating.add_argument("--day", required=True, metavar="YYYY-MM-DD")
    forging = commands.add_parser("forge", parents=[talking], help="falsify a line of the books")
    forging.add_argument("channel")
    forging.add_argument("number")
    forging.add_argument("--amount", type=int, required=True, help="0 takes the line away")
    return parser.parse_args()


def main() -> None:
    """Do what the command line says."""
    options = read_options()
    if options.command == "serve":
        serve(options)
        return
    url = options.url or find_url()
    if options.command == "show":
        answer = ask(url, "GET", "/admin/channels")
    elif options.command == "statement":
        answer = ask(url, "GET", f"/channels/{quote(options.channel)}/statement?day={options.day}")
    elif options.command == "forge":
        path = f"/admin/channels/{quote(options.channel)}/lines/{quote(options.number)}"
        answer = ask(url, "PUT", path, {"amount": options.amount})
    else:
        names = ("capacity", "latency_ms", "fault", "times", "seconds")
        wanted = {name: value for name in names if (value := getattr(options, name)) is not None}
        answer = ask(url, "PUT", f"/admin/channels/{quote(options.channel)}", wanted)
    json.dump(answer, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
