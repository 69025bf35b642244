"""Sending one thing to many, behind one narrow interface. Who cannot read fast enough is passed
over, so that what waits for a phone is bounded; somebody must send it something fresh later."""

from __future__ import annotations

from typing import Any

import socketio

MOST_WAITING = 3  # packets for one socket that it has not taken yet


class Fanout:
    """Channels by name; what is sent to a channel reaches every socket in it that keeps up."""

    def __init__(self, server: socketio.Server) -> None:
        self.server = server

    def enter(self, socket: str, channel: str) -> None:
        """From now on this socket hears what is sent to the channel."""
        self.server.enter_room(socket, channel)

    def leave(self, socket: str, channel: str) -> None:
        """And no longer."""
        self.server.leave_room(socket, channel)

    def to_channel(self, channel: str, event: str, payload: dict[str, Any]) -> None:
        """The same message to everyone in a channel, whatever waits for them."""
        self.server.emit(event, payload, room=channel)

    def to_who_keeps_up(self, channel: str, event: str, payload: dict[str, Any]) -> list[str]:
        """The same message to everyone in a channel but those for whom much waits already: these
        are the answer."""
        sockets = [socket for socket, _ in self.server.manager.get_participants("/", channel)]
        slow = [socket for socket in sockets if self.waiting(socket) >= MOST_WAITING]
        self.server.emit(event, payload, room=channel, skip_sid=slow)
        return slow

    def waiting(self, socket: str) -> int:
        """How many packets wait for a socket; none when it is gone."""
        line = self.server.eio.sockets.get(self.server.manager.eio_sid_from_sid(socket, "/"))
        return line.queue.qsize() if line else 0

    def to_socket(self, socket: str, event: str, payload: dict[str, Any]) -> None:
        """A message to one socket."""
        self.server.emit(event, payload, to=socket)
