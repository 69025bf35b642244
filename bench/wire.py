"""Engine.IO v4 and Socket.IO v5 over a raw WebSocket, spoken by hand.

Only what a phone needs: text frames, the default namespace, acknowledgements. Messages may come
deflated, as a browser asks for it (RFC 7692); what is sent never is. A message costs a few
microseconds here, and ten more when it must be inflated, so that the server stays the slow side.
"""

import base64
import json
import os
import re
import zlib
from typing import Any

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
DEFLATED = 0x40  # this bit of a frame's first byte
OFFER = "permessage-deflate; client_max_window_bits"  # word for word what Chromium asks for

# Inside a JSON string each quote is escaped, so this can only be a key of the payload itself.
VERSION = re.compile(rb'"version":\s*(\d+)')


def mask(payload: bytes, key: bytes) -> bytes:
    """The payload as a client must send it: each byte XORed with the four key bytes in turn."""
    size = len(payload)
    pad = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


def head(opcode: int, size: int, masked: int) -> bytes:
    """The first bytes of a final frame; `masked` is 128 from a client, 0 from a server."""
    first = 0x80 | opcode
    if size < 126:
        return bytes((first, masked | size))
    if size < 65536:
        return bytes((first, masked | 126)) + size.to_bytes(2, "big")
    return bytes((first, masked | 127)) + size.to_bytes(8, "big")


def client_frame(payload: bytes, key: bytes, opcode: int = TEXT) -> bytes:
    """A masked frame, as a phone sends it."""
    return head(opcode, len(payload), 128) + key + mask(payload, key)


def server_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A bare frame, as a server sends it."""
    return head(opcode, len(payload), 0) + payload


class Frames:
    """Cuts a stream of bytes into whole messages; keeps what is not whole yet."""

    __slots__ = ("_kind", "_parts", "_rest", "taken")

    def __init__(self) -> None:
        self.taken = 0  # bytes of text payload, as they came
        self._rest = b""
        self._parts: list[bytes] = []
        self._kind = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The messages (opcode, payload) that these bytes complete."""
        if self._rest:
            data = self._rest + data
        done: list[tuple[int, bytes]] = []
        at, end = 0, len(data)
        while end - at >= 2:
            body, size, key = self._measure(data, at)
            if body == 0 or end - body < size:
                break
            payload = data[body : body + size]
            self._keep(data[at], mask(payload, key) if key else payload, done)
            at = body + size
        self._rest = data[at:]
        return done

    @staticmethod
    def _measure(data: bytes, at: int) -> tuple[int, int, bytes]:
        """Where the payload begins, its size and its mask; 0 for the beginning: too few bytes."""
        masked, size = data[at + 1] & 128, data[at + 1] & 127
        body = at + 2
        if size > 125:
            wide = 2 if size == 126 else 8
            body += wide
            if len(data) < body:
                return 0, 0, b""
            size = int.from_bytes(data[body - wide : body], "big")
        if not masked:
            return body, size, b""
        return (body + 4 if len(data) >= body + 4 else 0), size, data[body : body + 4]

    def _keep(self, first: int, payload: bytes, done: list[tuple[int, bytes]]) -> None:
        """A whole message goes out at once; a fragment waits for its last part."""
        opcode, final = first & 15, first & 128
        self.taken += len(payload) if opcode <= TEXT else 0
        if final and opcode:
            done.append((opcode, inflated(payload) if first & DEFLATED else payload))
            return
        if opcode:
            self._kind, self._parts = opcode, []
        self._parts.append(payload)
        if final:
            done.append((self._kind, b"".join(self._parts)))


def inflated(payload: bytes) -> bytes:
    """A message that was deflated by itself."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload + b"\x00\x00\xff\xff")


def request(method: str, path: str, address: str, headers: dict[str, str]) -> bytes:
    """An HTTP/1.1 request without a body; `address` is host:port."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def upgrade(address: str, cookie: str, deflate: bool = True) -> bytes:
    """The request that turns a connection into Engine.IO over a WebSocket."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Origin": f"http://{address}",
    }
    if deflate:
        headers["Sec-WebSocket-Extensions"] = OFFER
    if cookie:
        headers["Cookie"] = cookie
    return request("GET", "/socket.io/?EIO=4&transport=websocket", address, headers)


def event(name: str, payload: dict[str, Any], ack: int) -> bytes:
    """A Socket.IO event that asks for an acknowledgement."""
    return f"42{ack}{json.dumps([name, payload], separators=(',', ':'))}".encode()


def acknowledged(packet: bytes) -> tuple[int, dict[str, Any]]:
    """Number and answer out of `43<number>[<answer>]`."""
    opening = packet.index(b"[")
    answers = json.loads(packet[opening:])
    answer = answers[0] if answers and isinstance(answers[0], dict) else {}
    return int(packet[2:opening]), answer


def payload_of(packet: bytes) -> dict[str, Any]:
    """The payload of `42["name",{...}]`."""
    payload: dict[str, Any] = json.loads(packet[2:])[1]
    return payload


def version_of(packet: bytes) -> int:
    """The version that a packet names, without parsing the rest; 0 when it names none."""
    found = VERSION.search(packet)
    return int(found.group(1)) if found else 0


def cookies_of(response_head: str) -> str:
    """The cookies that a response sets, as a request sends them back."""
    lines = (line.partition(":") for line in response_head.split("\r\n"))
    values = [value for name, _, value in lines if name.lower() == "set-cookie"]
    return "; ".join(value.split(";", 1)[0].strip() for value in values)
