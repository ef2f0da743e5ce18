"""RFC 6455 frames that a server sends: built once, written to many."""


def text_frame(payload: bytes) -> bytes:
    """Return an unmasked, unfragmented text frame with the payload (RFC 6455, section 5.2)."""
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload
