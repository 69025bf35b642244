"""Style sheets, scripts, fonts: read once, packed once, served under an address that changes
with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"

PAGES = ("phone", "screen", "console", "paper")
PACKED = (".css", ".js", ".svg", ".txt", ".json")
IMPORT = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")

COMMENT = re.compile(rb"/\*.*?\*/", re.S)
REMARK = re.compile(rb"^[ \t]*//.*$", re.M)
INDENT = re.compile(rb"\s*\n\s*")

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Asset:
    """One file as it goes over the wire."""

    body: bytes
    packed: bytes | None
    mime: str


class Assets:
    """All static files by path. `style/<page>.css` is put together from the page's layers."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        bodies = {
            str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*"))
            if p.is_file()
        }
        bodies |= {
            n: lean(b) for n, b in bodies.items() if n.endswith(".js") and "/vendor/" not in n
        }
        bodies |= {f"style/{page}.css": self.style(bodies, page) for page in PAGES}
        everything = hashlib.sha256(b"".join(n.encode() + b for n, b in sorted(bodies.items())))
        self.version = everything.hexdigest()[:10]
        self.files = {name: asset(name, body) for name, body in bodies.items()}

    def style(self, bodies: dict[str, bytes], page: str) -> bytes:
        """The style of one page: base, its own, and that of every room."""
        rooms = sorted(
            name for name in bodies
            if name.startswith("css/activities/")
            and name.removesuffix(".css").rpartition("/")[2].partition(".")[2] in ("", page)
        )  # fmt: skip
        sheets = ["css/base.css", f"css/{page}.css", *rooms]
        return tight(b"\n".join(bodies[name] for name in sheets if name in bodies))

    def address(self, name: str) -> str:
        """Where a file is served. A file that does not exist is a mistake in a template."""
        if name not in self.files:
            raise KeyError(f"no static file {name}")
        return f"/s/{self.version}/{name}"

    def text(self, name: str) -> str:
        """A file's text, for a page that must stand alone."""
        return self.files[name].body.decode()

    def rooms(self) -> list[str]:
        """The scripts that rooms bring along."""
        return sorted(name for name in self.files if name.startswith("js/activities/"))

    def preload(self, entry: str) -> list[str]:
        """Every module that an entry needs, so that none is found late."""
        found, todo = list[str](), [entry]
        while todo:
            name = todo.pop(0)
            if name in found or name not in self.files:
                continue
            found.append(name)
            base = (self.folder / name).parent
            for target in IMPORT.findall(self.files[name].body.decode()):
                todo.append(str((base / target).resolve().relative_to(self.folder)))
        return found


def tight(sheet: bytes) -> bytes:
    """A style sheet without its comments and indentation: they help who reads, not who loads."""
    return INDENT.sub(b"\n", COMMENT.sub(b"", sheet)).strip()


def lean(script: bytes) -> bytes:
    """A script of ours without lines that are comments, and without indentation. No string of
    ours runs over a line: `tests/test_assets.py` sees to that."""
    return INDENT.sub(b"\n", REMARK.sub(b"", script)).strip() + b"\n"


def asset(name: str, body: bytes) -> Asset:
    """A file, packed when packing helps."""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in PACKED else None
    return Asset(body, packed, f"{mime}; charset=utf-8" if mime.startswith("text/") else mime)
