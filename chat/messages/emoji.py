"""What one emoji is: Unicode's emoji sequences (UTS #51) as a pattern."""

import re

# Pictures, without the letters, digits and flags' halves that stand between them.
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf"
    "\u23e9-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2775\u2794-\u27bf"
    "\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f201-\U0001f251\U0001f300-\U0001faff]"
)
_LOOK = "[\ufe0e\ufe0f]?"
_SKIN = "[\U0001f3fb-\U0001f3ff]?"
_PERSON = f"{_PICTURE}{_LOOK}{_SKIN}{_LOOK}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_REGION = "\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f"
_JOINED = f"{_PERSON}(?:\u200d{_PERSON}){{0,6}}"
_EMOJI = re.compile(f"{_KEYCAP}|{_FLAG}|{_REGION}|{_JOINED}")


def is_emoji(text: str) -> bool:
    """Tell whether the text is one emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None
