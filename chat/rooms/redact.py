"""Nobody reads what was said before they joined, not even through a later reaction to it."""

import pydantic_core


def show_frame(frame: str, *, about: int | None, joined_seq: int) -> str:
    """Return an event's frame as a member sees it who joined at a number; `about` is the number of
    the earlier message it speaks of.
    """
    return redact_frame(frame) if about is not None and about < joined_seq else frame


def redact_frame(frame: str | bytes) -> str:
    """Return an event's frame with the content of its message left out."""
    event = pydantic_core.from_json(frame)
    if "message" in event:
        event["message"] |= {"text": "", "card": None, "reactions": [], "redacted": True}
    if "card" in event:
        event["card"] = None
    return pydantic_core.to_json(event).decode()
