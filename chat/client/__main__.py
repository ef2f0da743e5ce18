"""`python -m chat.client`: Kith from the command line, for people, scripts and bots."""

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from chat.client import program
from chat.client.connection import Kith, Refused
from chat.client.saved import ClientProblem, Login, keep_login, log_in, login_file, read_login

EPILOG = """examples:
  python -m chat.client login mei --url http://127.0.0.1:8000
  python -m chat.client rooms
  python -m chat.client follow "Flat 4B"
  python -m chat.client say "Flat 4B" "who bought rice?"
  python -m chat.client pay @jonas 12.50 --note rice
  python -m chat.client call envelope.send room=ID amount=1000 count=3 kind=random

Connections come back by themselves, and a command is carried out once however often it is sent.
exit code: 0 done, 1 refused, 2 wrong usage"""


def main() -> int:
    """Parse the command line, do it, return the exit code."""
    options = _parser().parse_args()
    path: Path = options.login or login_file()
    try:
        if options.action == "login":
            password = (
                getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
            )
            keep_login(path, log_in(options.url, options.username, password))
            print(f"{options.username} is logged in; {path} keeps the token")
        else:
            asyncio.run(_run(options, read_login(path)))
            if options.action == "logout":
                path.unlink()
    except (ClientProblem, ConnectionError) as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return 1
    except Refused as refused:
        print(f"kith: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def _run(options: argparse.Namespace, login: Login) -> None:
    async with Kith(login.url, login.token) as kith:
        desk = program.Desk(kith)
        match options.action:
            case "logout":
                await desk.ask("token.revoke")
            case "follow":
                await program.follow(desk, kith, options)
            case action:
                await ACTIONS[action](desk, options)


ACTIONS = {
    "rooms": program.list_rooms,
    "read": program.read,
    "say": program.say,
    "pay": program.pay,
    "wallet": program.show_wallet,
    "call": program.call,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chat.client", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--login", type=Path, metavar="FILE",
        help="where the log-in is kept, for several people side by side (default: the user's)",
    )  # fmt: skip
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    login = actions.add_parser("login", help="log in; asks for the password")
    login.add_argument("username")
    login.add_argument("--url", default="http://127.0.0.1:8000", help="(default: %(default)s)")
    actions.add_parser("logout", help="take the token back and forget it")
    actions.add_parser("rooms", help="list the rooms, with what is unread")
    read = actions.add_parser("read", help="print a room's newest messages")
    read.add_argument("room", help="its name or id")
    read.add_argument("--limit", type=int, default=50, help="at most 200 (default: %(default)s)")
    follow = actions.add_parser("follow", help="print what happens, until Ctrl-C")
    follow.add_argument("rooms", nargs="*", help="names or ids (default: all, and notices)")
    follow.add_argument("--json", action="store_true", help="events as they are, one a line")
    say = actions.add_parser("say", help="send a message")
    say.add_argument("room", help="its name or id")
    say.add_argument("text", help="`-` sends each line of the standard input")
    pay = actions.add_parser("pay", help="offer a transfer; the receiver accepts or returns it")
    pay.add_argument("person", help="@username or id")
    pay.add_argument("amount", help="in yuan, such as 12.50")
    pay.add_argument("--note", default="", help="what it is for")
    pay.add_argument("--yes", action="store_true", help="do not ask whether that is meant")
    actions.add_parser("wallet", help="print balances and the newest entries")
    call = actions.add_parser("call", help="send any command of the protocol, print its result")
    call.add_argument("command", help="such as envelope.claim; /api/docs lists them")
    call.add_argument("fields", nargs="*", metavar="name=value", help="values are JSON or text")
    call.add_argument("--id", help="the command's id, to send it again (default: a new one)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
