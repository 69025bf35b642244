"""Sending one thing to many, behind one narrow interface."""

from __future__ import annotations

from typing import Any

import socketio


class Fanout:
    """Channels by name; what is sent to a channel reaches every socket in it."""

    def __init__(self, server: socketio.Server) -> None:
        self.server = server

    def enter(self, socket: str, channel: str) -> None:
        """From now on this socket hears what is sent to the channel."""
        self.server.enter_room(socket, channel)

    def leave(self, socket: str, channel: str) -> None:
        """And no longer."""
        self.server.leave_room(socket, channel)

    def to_channel(self, channel: str, event: str, payload: dict[str, Any]) -> None:
        """The same message to everyone in a channel."""
        self.server.emit(event, payload, room=channel)

    def to_socket(self, socket: str, event: str, payload: dict[str, Any]) -> None:
        """A message to one socket."""
        self.server.emit(event, payload, to=socket)
