"""Who is connected, and where each of them sits. In memory only."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

import socketio

from .desk import Desk
from .doors import Role, role
from .fanout import Fanout
from .keys import Token
from .web.faces import Faces


@dataclass
class Place:
    """Where one socket sits."""

    code: str
    audience: str
    lang: str
    token: Token | None = None
    role: Role | None = None
    key: str | None = None
    about: dict[str, str] = field(default_factory=dict)
    own: str = ""

    @property
    def face(self) -> str:
        """What is shown here: the console's audience sees what its key is for, and nothing when
        that was taken back."""
        return (self.role or "") if self.audience == "console" else self.audience

    @property
    def channel(self) -> str:
        """All sockets that are shown the same."""
        return f"{self.code}/{self.face}/{self.lang}"


class Places:
    """The place of each socket."""

    def __init__(self, desk: Desk, faces: Faces, server: socketio.Server) -> None:
        self.desk, self.faces, self.server, self.fanout = desk, faces, server, Fanout(server)
        self.by_socket: dict[str, Place] = {}

    def of(self, code: str) -> list[tuple[str, Place]]:
        """All sockets in one session."""
        return [(s, place) for s, place in self.by_socket.items() if place.code == code]

    def sit(self, socket: str, place: Place) -> None:
        """Take a place, giving up the one before."""
        if before := self.by_socket.get(socket):
            self.fanout.leave(socket, before.channel)
            self.desk.leave(before.code, socket)
            self.desk.leads.goes(before.code, socket)
        self.by_socket[socket] = place
        self.fanout.enter(socket, place.channel)
        if place.token:
            self.desk.arrive(place.code, socket, place.token)
        elif place.role in ("console", "remote"):
            self.desk.leads.comes(place.code, socket, place.audience)

    def leave(self, socket: str) -> None:
        """A connection is gone."""
        if place := self.by_socket.pop(socket, None):
            self.desk.leave(place.code, socket)
            self.desk.leads.goes(place.code, socket)

    def cookies(self, socket: str) -> dict[str, str]:
        """The cookies that came with the connection."""
        environ = self.server.get_environ(socket) or {}
        try:
            jar: SimpleCookie = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}

    def address(self, socket: str) -> str:
        """Where a connection comes from."""
        return str((self.server.get_environ(socket) or {}).get("REMOTE_ADDR", ""))

    def part(self, socket: str, place: Place) -> Role | None:
        """What the key that this socket came with opens now."""
        running = self.desk.find(place.code)
        host = self.cookies(socket).get("host")
        hosts = self.faces.is_host(host, running.entered)
        return "console" if hosts else role(running, place.key)

    def turn_away(self, code: str) -> None:
        """Whose key was taken back leads no longer: their console sees nothing any more."""
        for socket, place in self.of(code):
            if place.role in (None, "screen") or self.part(socket, place) == place.role:
                continue
            channel, place.role = place.channel, None
            self.desk.leads.goes(code, socket)
            if place.audience == "console":
                self.fanout.leave(socket, channel)
                self.fanout.to_socket(socket, "bye", {"url": f"/{code}"})
