"""The server under load: a real process of its own, watched through /proc (Linux)."""

import os
import resource
import secrets
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from bench.host import Host

TICKS = os.sysconf("SC_CLK_TCK")  # CPU time in /proc is counted in these, 100 a second
STARTING = 60  # seconds
STOPPING = 15  # seconds


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def raise_file_limit() -> None:
    """As many open sockets as the machine allows, for us and for the server we start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def cores() -> tuple[int, int] | None:
    """One core for the server and another for the generator; None where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[-1]) if len(allowed) > 1 else None


def machine_busy() -> float:
    """CPU seconds that all cores worked, or were taken by other machines, since the boot."""
    first = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0]
    user, nice, system, _idle, _waiting, irq, soft, stolen = map(int, first.split()[1:9])
    return (user + nice + system + irq + soft + stolen) / TICKS


class Others:
    """How busy the machine was with anything but this run: over a few percent, measure again."""

    def __init__(self, server: Callable[[], float]) -> None:
        self._server = server
        self._before, self._began = self._elsewhere(), time.monotonic()

    def _elsewhere(self) -> float:
        return machine_busy() - self._server() - time.process_time()

    def share(self) -> float:
        """Cores' worth of other work since the beginning: 0.1 is a tenth of one core."""
        return (self._elsewhere() - self._before) / (time.monotonic() - self._began)


class Server:
    """Start on entering, stop by its own pid on leaving."""

    def __init__(self, command: str, tree: Path, core: int | None) -> None:
        self.command, self.tree, self.core = command, tree, core
        self.port, self.key = free_port(), secrets.token_urlsafe(32)
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")

    def __enter__(self) -> "Server":
        env = os.environ | {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": self._folder.name,
            "HOST_KEY": self.key,
        }
        words = shlex.split(self.command)
        words[0] = sys.executable if words[0] == "python" else words[0]
        self._log = Path(self._folder.name, "server.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            words, cwd=self.tree, env=env, stdout=self._log, stderr=subprocess.STDOUT
        )
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, {self.core})
        if not Host(self.port, self.key).ready(STARTING):
            tail = self.log()[-2000:]
            self._stop()
            raise SystemExit(f"The server did not start. Its last words:\n{tail}")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stopped_in = time.monotonic() - began
        self._log.close()
        self._folder.cleanup()

    def log(self) -> str:
        """All that the server printed."""
        self._log.flush()
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def cpu(self) -> float:
        """CPU seconds used until now, all threads and ended children, to 0.01 s."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11:15]) / TICKS

    def memory(self) -> dict[str, int]:
        """Resident memory in kB: now, and the most that it ever was."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        rows = (line.split() for line in status.splitlines())
        found = {row[0]: int(row[1]) for row in rows if row and row[0] in ("VmRSS:", "VmHWM:")}
        return {"now": found.get("VmRSS:", 0), "most": found.get("VmHWM:", 0)}
