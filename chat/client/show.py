"""Events and money as lines of text."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from chat.client.rooms import Event
from chat.client.saved import ClientProblem

FEN = 100


def read_amount(text: str) -> int:
    """Return fen for an amount in yuan such as `12.50`. Raises ClientProblem."""
    try:
        fen = Decimal(text.removeprefix("¥")) * FEN
    except InvalidOperation:
        fen = Decimal(0)
    if not fen.is_finite() or fen < 1 or fen != fen.to_integral_value():
        raise ClientProblem(f"{text} is no amount; one looks like 12.50.")
    return int(fen)


def show_amount(fen: int) -> str:
    """Return an amount in yuan, such as `¥12.50`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{show_figure(abs(fen))}"


def show_figure(amount: int) -> str:
    """Return an amount in hundredths as a figure, such as `1,012.50`."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // FEN:,}.{abs(amount) % FEN:02}"


def show_card(card: dict[str, Any]) -> str:
    """Return what a card is about in a few words."""
    words = [f"[{card['type']} {card['status']}]", show_amount(card["amount"])]
    if "count" in card:
        words.append(f"{card['claimed']} of {card['count']} opened")
    if note := card.get("note") or card.get("greeting"):
        words.append(f"“{note}”")
    return " ".join([*words, card["id"]])


def show_message(message: dict[str, Any]) -> str:
    """Return a message's text, or its card, or that it was recalled."""
    if message["kind"] == "card":
        return show_card(message["card"])
    if message["kind"] == "recalled":
        return "(recalled)"
    return str(message["text"])


def show_event(event: Event, *, rooms: dict[str, str], people: dict[str, str]) -> str | None:
    """Return an event as a line, or None for one that is of no interest to a reader."""
    kind = event["kind"]
    if kind == "notice":
        notice = event["notice"]
        return f"* {notice['kind']}: {people.get(notice['person'], '')} {notice.get('text', '')}"
    if "seq" not in event:
        return None
    at = datetime.fromisoformat(event["at"]).astimezone()
    head = f"{at:%H:%M} {rooms.get(event['room'], event['room'])} #{event['seq']}"
    who = people.get(event["by"], event["by"])
    match kind:
        case "message.new":
            return f"{head} {who}: {show_message(event['message'])}"
        case "message.edited" | "message.recalled":
            return f"{head} {who} {kind.partition('.')[2]}: {show_message(event['message'])}"
        case "message.reacted":
            return None
        case "card.changed":
            return f"{head} {show_card(event['card'])}"
        case "room.changed":
            return f"{head} {who} named the room {event['name']}"
        case _:
            member = event["member"]["person"]
            return f"{head} {people.get(member, member)} {kind.partition('.')[2]}"
