"""The only module besides wsgi.py that may import eventlet: patch, spawn, write, serve, stop.

Another way to run many things at once replaces this file and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import warnings
from collections.abc import Callable, Iterator
from typing import Any

with warnings.catch_warnings():
    # eventlet announces its retirement at every import; that is known and planned for.
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")
    import engineio.async_drivers.eventlet as engine
    import eventlet
    import eventlet.hubs
    import eventlet.wsgi
    from eventlet import tpool
    from eventlet.event import Event
    from eventlet.semaphore import Semaphore

from .store import Change, StoreError, Writer
from .wire import Frames, agreed

ASYNC_MODE = "eventlet"
MOST_CONNECTIONS = 5000
FRAMES_KEPT = 2.0  # seconds
SENT_AHEAD = 64 * 1024  # bytes


def patch() -> None:
    """Make blocking calls of the standard library give way. Call this before all else."""
    eventlet.monkey_patch()


def spawn(run: Callable[..., Any], *args: Any) -> None:
    """Run this beside everything else."""
    eventlet.spawn_n(run, *args)


def sleep(seconds: float) -> None:
    """Give way, for at least so long."""
    eventlet.sleep(seconds)


def run_blocking(run: Callable[..., Any], *args: Any) -> Any:
    """Run this in a real thread, while everything else goes on."""
    return tpool.execute(run, *args)


class Committer:
    """Group commit. Writes at once when idle; what arrives while a commit is in flight goes
    together in the next one. Returns when the change is on disk, or raises StoreError."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.waiting: list[tuple[Change, Event]] = []
        self.busy = False
        self.turn = Semaphore(1)

    def __call__(self, change: Change) -> None:
        event = Event()
        self.waiting.append((change, event))
        if not self.busy:
            self.busy = True
            spawn(self.work)
        problem = event.wait()
        if problem:
            raise problem

    def work(self) -> None:
        """Commit until nothing waits."""
        try:
            while self.waiting:
                batch, self.waiting = self.waiting, []
                try:
                    with self.turn:
                        answers = run_blocking(self.writer.commit, [change for change, _ in batch])
                except Exception as problem:  # whatever it is: nobody may wait for ever
                    answers = [StoreError(repr(problem))] * len(batch)
                for (_, event), answer in zip(batch, answers, strict=True):
                    event.send(answer)
        finally:
            self.busy = False

    def forget(self, database: Any) -> None:
        """Let go of one database, between two commits."""
        with self.turn:
            run_blocking(self.writer.forget, database)

    def settle(self) -> None:
        """Return when all that was accepted is on disk."""
        while self.busy or self.waiting:
            sleep(0.005)


class Line(engine.WebSocketWSGI):  # type: ignore[misc]
    """The WebSocket of python-engineio, but what many are sent is framed and deflated once."""

    frames = Frames()

    def _negotiate_permessage_deflate(self, extensions: Any) -> Any:
        return agreed(super()._negotiate_permessage_deflate(extensions))

    def _handle_hybi_request(self, environ: Any) -> Any:
        # What the system takes in for a phone that does not read is bounded too.
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD)
        line = super()._handle_hybi_request(environ)
        deflate, usual = "permessage-deflate" in line.extensions, line.send

        def send(message: Any, **how: Any) -> None:
            if not isinstance(message, str) or how:
                usual(message, **how)
                return
            if not self.frames.made:
                eventlet.spawn_after(FRAMES_KEPT, self.frames.clear)
            line._send(self.frames.of(message, deflate=deflate))

        line.send = send
        return line


def frame_once() -> None:
    """From now on WebSockets are opened as such lines."""
    engine._async["websocket"] = Line


def listen(host: str, port: int) -> socket.socket:
    """The door. Raises OSError when the port is taken."""
    return eventlet.listen((host, port), backlog=1024, reuse_port=False)  # type: ignore[no-any-return]


def serve(app: Any, door: socket.socket, on_stop: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then stop in order."""
    raise_file_limit()
    with stop_signal() as stopped:
        server = eventlet.spawn(
            eventlet.wsgi.server, door, app, log_output=False, max_size=MOST_CONNECTIONS,
            debug=False,
        )  # fmt: skip
        stopped.wait()
        on_stop()
        server.kill()
    tpool.killall()


@contextlib.contextmanager
def stop_signal() -> Iterator[Event]:
    """An event that is sent when somebody asks this process to stop. A plain signal handler
    would not wake the hub; a pipe does."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    os.set_blocking(read_end, False)
    signal.set_wakeup_fd(write_end)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    stopped = Event()
    spawn(wait_for_signal, read_end, stopped)
    try:
        yield stopped
    finally:
        signal.set_wakeup_fd(-1)
        os.close(write_end)


def wait_for_signal(read_end: int, stopped: Event) -> None:
    """Wait until the pipe tells of a signal that asks to stop."""
    while True:
        eventlet.hubs.trampoline(read_end, read=True)
        if {signal.SIGTERM, signal.SIGINT} & set(os.read(read_end, 64)):
            stopped.send(True)
            return


def raise_file_limit() -> None:
    """Every phone is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = (
        min(hard, MOST_CONNECTIONS * 2) if hard != resource.RLIM_INFINITY else MOST_CONNECTIONS * 2
    )
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def no_core_dumps() -> None:
    """A crash must not write people's words or keys to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
