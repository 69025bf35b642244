"""Frames of a WebSocket as they go out: deflated when the other side can, and made once for all
who are sent the same. RFC 6455 for the frame, RFC 7692 for what is deflated in it."""

from __future__ import annotations

import zlib
from collections import OrderedDict

#: Below this a message goes out as it is, in bytes.
WORTH_IT = 256
#: So many messages are kept as frames, while they go out.
AT_ONCE = 8

_TEXT, _LAST, _DEFLATED = 0x01, 0x80, 0x40
_TAIL = b"\x00\x00\xff\xff"


def framed(text: str, *, deflate: bool) -> bytes:
    """One whole text message in one frame, unmasked, as a server sends it."""
    body, first = text.encode(), _LAST | _TEXT
    if deflate and len(body) >= WORTH_IT:
        body, first = deflated(body), first | _DEFLATED
    return bytes((first,)) + length(len(body)) + body


def deflated(body: bytes) -> bytes:
    """By itself, without anything that was sent before: so it is the same for everyone."""
    press = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return (press.compress(body) + press.flush(zlib.Z_SYNC_FLUSH)).removesuffix(_TAIL)


def length(size: int) -> bytes:
    """The payload's size, in one, three or nine bytes."""
    if size < 126:
        return bytes((size,))
    if size < 1 << 16:
        return b"\x7e" + size.to_bytes(2, "big")
    return b"\x7f" + size.to_bytes(8, "big")


class Frames:
    """The frames of the messages that are going out now. Whoever sends the same text object to
    many pays for one frame."""

    def __init__(self) -> None:
        self.made: OrderedDict[tuple[int, bool], tuple[str, bytes]] = OrderedDict()

    def of(self, text: str, *, deflate: bool) -> bytes:
        """The frame of this text; short ones are not kept."""
        if len(text) < WORTH_IT:
            return framed(text, deflate=deflate)
        key = (id(text), deflate)
        known = self.made.get(key)
        if known is None or known[0] is not text:
            known = self.made[key] = (text, framed(text, deflate=deflate))
            while len(self.made) > AT_ONCE:
                self.made.popitem(last=False)
        return known[1]

    def clear(self) -> None:
        """What went out is not kept."""
        self.made.clear()


def agreed(asked: dict[str, object] | None) -> dict[str, object] | None:
    """What we say to a request for permessage-deflate: yes, each message by itself on both sides;
    no, when the other side wants a window of its own size for what we send."""
    if asked is None or asked.get("server_max_window_bits", zlib.MAX_WBITS) != zlib.MAX_WBITS:
        return None
    return {**asked, "server_no_context_takeover": True, "client_no_context_takeover": True}
