"""One selector and one heap of appointments: no threads, no tasks, nothing per message."""

import heapq
import itertools
import selectors
import socket
import time
from collections.abc import Callable

now = time.monotonic  # seconds; the same clock in each process of this machine

# A selector sleeps in whole milliseconds. The last one before an appointment is spent awake, so
# that a tap leaves on time; that waiting counts as CPU of the generator.
AWAKE = 0.001


class Loop:
    """Calls back when a socket has something to say and when an appointment has come."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def watch(self, sock: socket.socket, ready: Callable[[int], None], writing: bool) -> None:
        """Call `ready(events)` whenever this socket can be read, or written when that is asked."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, ready)
        else:
            self._selector.register(sock, events, ready)

    def forget(self, sock: socket.socket) -> None:
        """Watch this socket no longer."""
        if sock in self._selector.get_map():
            self._selector.unregister(sock)

    def at(self, when: float, call: Callable[[], None]) -> None:
        """Make an appointment; `when` is in seconds of the monotonic clock."""
        heapq.heappush(self._heap, (when, next(self._order), call))

    def run(self, done: Callable[[], bool], timeout: float) -> bool:
        """Turn until `done()`, for `timeout` seconds at most; whether it was done."""
        end = now() + timeout
        while not done():
            self._keep_appointments()
            left = min(end, self._heap[0][0] if self._heap else end) - now()
            for key, events in self._selector.select(max(0.0, left - AWAKE)):
                key.data(events)
            if now() >= end:
                return done()
        return True

    def rest(self, seconds: float) -> None:
        """Keep reading for so many seconds, without waiting for anything."""
        self.run(lambda: False, seconds)

    def _keep_appointments(self) -> None:
        moment = now()
        while self._heap and self._heap[0][0] <= moment:
            heapq.heappop(self._heap)[2]()
