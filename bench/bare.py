"""The yardstick: the least that any server can do for the same phones.

It speaks just enough of the contract to be joined, tapped and told to show something. It keeps
nothing, checks nothing, and frames a view once for everybody. What it takes on this machine, in
this run, through the same generator, is the unit in which the real server is measured.

Run as `PORT=… python -m bench.bare`.
"""

import base64
import hashlib
import os
import selectors
import socket

from bench import wire

CHOSEN = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
PAGE = b"<!doctype html>" + b"p" * 4000
VIEW = b'42["view",{"version":%d,"activity":"a","html":"' + b"v" * 4000 + b'"}]'
ACK = b'43%d[{"version":%d,"activity":"a","own":"' + b"o" * 300 + b'"}]'


class Bare:
    """All connections in one selector."""

    def __init__(self, port: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, self.welcome)
        self.phones: dict[socket.socket, wire.Frames | None] = {}
        self.version = 1

    def serve(self) -> None:
        """Until the process is ended."""
        while True:
            for key, _ in self.selector.select():
                key.data(key.fileobj)

    def welcome(self, listener: socket.socket) -> None:
        """A new connection: HTTP until it is upgraded."""
        link, _ = listener.accept()
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.phones[link] = None
        self.selector.register(link, selectors.EVENT_READ, self.hear)

    def hear(self, link: socket.socket) -> None:
        """Whatever a phone says."""
        try:
            data = link.recv(65_536)
        except OSError:
            data = b""
        frames = self.phones[link]
        if not data:
            self.drop(link)
        elif frames is None:
            self.answer_http(link, data)
        else:
            for _, packet in frames.feed(data):
                self.answer(link, packet)

    def drop(self, link: socket.socket) -> None:
        """Forget a connection."""
        self.selector.unregister(link)
        del self.phones[link]
        link.close()

    def answer_http(self, link: socket.socket, data: bytes) -> None:
        """A page for a page request, a WebSocket for an upgrade."""
        _, asked, rest = data.partition(b"Sec-WebSocket-Key: ")
        if not asked:
            head = b"HTTP/1.1 200 OK\r\nSet-Cookie: t=1\r\nContent-Length: %d\r\n\r\n"
            link.sendall(head % len(PAGE) + PAGE)
            return
        digest = hashlib.sha1(rest.split(b"\r\n", 1)[0] + CHOSEN.encode()).digest()
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        accept = b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        self.phones[link] = wire.Frames()
        link.sendall(head + accept + wire.server_frame(b'0{"sid":"x","pingInterval":60000}'))

    def answer(self, link: socket.socket, packet: bytes) -> None:
        """An acknowledgement for each event; a move is first shown to all."""
        if packet == b"40":
            link.sendall(wire.server_frame(b'40{"sid":"x"}'))
            return
        if not packet.startswith(b"42"):
            return
        if b'["move"' in packet[:16]:
            self.show()
        number = int(packet[2 : packet.index(b"[")])
        link.sendall(wire.server_frame(ACK % (number, self.version)))

    def show(self) -> None:
        """One view, framed once, to everybody."""
        self.version += 1
        frame = wire.server_frame(VIEW % self.version)
        for link, frames in self.phones.items():
            if frames is not None:
                link.sendall(frame)


if __name__ == "__main__":
    Bare(int(os.environ["PORT"])).serve()
