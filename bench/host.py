"""What a facilitator asks over HTTP, and the weight of the page that a phone gets."""

import gzip
import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from bench.pages import Page, imports, named_files, sheets

PATIENCE = 20  # seconds for one answer
MOST_FILES = 200  # a page that names more than this is broken


@dataclass(frozen=True)
class Response:
    """One answer; `wire_bytes` is all that came over the wire: status line, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire_bytes: int

    @property
    def text(self) -> str:
        zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.text)


@dataclass
class Host:
    """The facilitator's side of one server."""

    port: int
    key: str

    def fetch(self, path: str, body: Any = None, trusted: bool = True, **headers: str) -> Response:
        """One request on a connection of its own; a body makes it a POST of JSON."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if trusted:
            headers["Authorization"] = f"Bearer {self.key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        sent = None if body is None else json.dumps(body)
        try:
            link.request("POST" if sent else "GET", path, sent, headers)
            answer = link.getresponse()
            content = answer.read()
        finally:
            link.close()
        top = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, known, content, top + len(content) + 19)

    def ready(self, timeout: float) -> bool:
        """Whether the server can write, waited for `timeout` seconds at most."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                if self.fetch("/healthz", trusted=False).status == 200:
                    return True
            except OSError:
                pass
            time.sleep(0.05)
        return False

    def start(self, wish: dict[str, Any]) -> dict[str, str]:
        """A new session: its code and its links."""
        answer = self.fetch("/sessions", wish, Accept="application/json")
        if answer.status != 201:
            raise SystemExit(f"POST /sessions answered {answer.status}: {answer.text[:300]}")
        links: dict[str, str] = answer.json()
        return links

    def agenda(self, code: str) -> list[dict[str, Any]]:
        """The activities of a session, in order."""
        answer = self.fetch(f"/{code}/agenda.json")
        if answer.status != 200:
            raise SystemExit(f"agenda.json answered {answer.status}: {answer.text[:300]}")
        items: list[dict[str, Any]] = answer.json()
        return items


@dataclass
class Weight:
    """A first visit: bytes over the wire per file, gzip accepted, headers included."""

    files: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    only_named: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.files.values())


def weigh(host: Host, path: str) -> Weight:
    """Fetch a page as a new browser does, with all files that it and its modules ask for."""
    weight = Weight()
    first = _visit(host, path, weight)
    page = Page(first.text)
    queue = [urljoin(path, name) for name in page.files]
    while queue and len(weight.files) < MOST_FILES:
        address = queue.pop(0)
        parts = urlsplit(address)
        name = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc or name in weight.files or name in weight.broken:
            weight.broken += [f"third party: {address}"] if parts.netloc else []
            continue
        answer = _visit(host, name, weight)
        queue += _asked_for(name, answer, page, weight)
    return weight


def _visit(host: Host, path: str, weight: Weight) -> Response:
    answer = host.fetch(path, trusted=False, Accept_Encoding="gzip")
    if answer.status == 200:
        weight.files[path] = answer.wire_bytes
    else:
        weight.broken.append(path)
    return answer


def _asked_for(name: str, answer: Response, page: Page, weight: Weight) -> list[str]:
    """What this file makes the browser fetch next."""
    kind = answer.headers.get("content-type", "")
    if "javascript" in kind:
        wanted = [page.import_map.get(found, found) for found in imports(answer.text)]
        return [urljoin(name, found) for found in wanted if found[:1] in "./"]
    if "css" in kind:
        weight.only_named += [urljoin(name, found) for found in named_files(answer.text)]
        return [urljoin(name, found) for found in sheets(answer.text)]
    return []
