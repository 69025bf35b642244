"""Style sheets, scripts, fonts: read once, packed once, served under an address that changes
with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"

PAGES = ("phone", "screen", "console", "paper")
OF_ROOMS = ("css/parts/", "css/activities/")
PACKED = (".css", ".js", ".svg", ".txt", ".json")
STYLE = re.compile(r"style/([a-z]+)-([a-z_-]*)\.css")
IMPORT = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")

COMMENT = re.compile(rb"/\*.*?\*/", re.S)
REMARK = re.compile(rb"^[ \t]*(?://.*|/\*\*.*\*/[ \t]*)$", re.M)
SPARE = re.compile(rb"\s*([{}])\s*|(?<=;)\s+|(?<=[\w)-]:) ")
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
    """All static files by path. `style/<page>.css` is put together from the page's layers; a
    session's pages get the sheets and scripts of the kinds on its agenda, those of the parts that
    these bring along, and no others."""

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
        bodies |= {f"style/{page}.css": style(bodies, page) for page in PAGES}
        everything = hashlib.sha256(b"".join(n.encode() + b for n, b in sorted(bodies.items())))
        self.version = everything.hexdigest()[:10]
        self.bodies = bodies
        self.styled = {Path(n).name.split(".")[0] for n in bodies if n.startswith(OF_ROOMS)}
        self.files = {name: asset(name, body) for name, body in bodies.items()}

    def style(self, page: str, names: Iterable[str]) -> str:
        """The address of the style of one page for a session with these kinds and parts. Which
        are in it stands in its name, so that a server that started again can make it again."""
        name = f"style/{page}-{'-'.join(sorted(self.styled & set(names)))}.css"
        return f"/s/{self.version}/{name}"

    def found(self, name: str) -> Asset | None:
        """A file, or a style for some kinds and parts, made when it is first asked for."""
        wanted = STYLE.fullmatch(name)
        if name in self.files or wanted is None:
            return self.files.get(name)
        page, names = wanted[1], wanted[2].split("-") if wanted[2] else []
        if page not in PAGES or names != sorted(self.styled & set(names)):
            return None
        self.files[name] = asset(name, style(self.bodies, page, names))
        return self.files[name]

    def address(self, name: str) -> str:
        """Where a file is served. A file that does not exist is a mistake in a template."""
        if name not in self.files:
            raise KeyError(f"no static file {name}")
        return f"/s/{self.version}/{name}"

    def text(self, name: str) -> str:
        """A file's text, for a page that must stand alone."""
        return self.files[name].body.decode()

    def scripts(self, names: Iterable[str]) -> list[str]:
        """The scripts of these kinds, and of the parts that they bring along."""
        wanted = {f"js/{of}/{name}.js" for name in names for of in ("activities", "elements")}
        return sorted(wanted & set(self.files))

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


def style(bodies: dict[str, bytes], page: str, names: Collection[str] | None = None) -> bytes:
    """The style of one page: base, its own, and that of these parts and kinds, or of all. A kind
    has the last word."""
    sheets = ["css/base.css", f"css/{page}.css"]
    for path in sorted(bodies, key=lambda path: (path.startswith(OF_ROOMS[-1]), path)):
        name, _, where = Path(path).name.removesuffix(".css").partition(".")
        if path.startswith(OF_ROOMS) and where in ("", page):
            sheets += [path] if names is None or name in names else []
    return tight(b"\n".join(bodies[name] for name in sheets if name in bodies))


def tight(sheet: bytes) -> bytes:
    """A style sheet without its comments, indentation and spare room: they help who reads, not
    who loads. No text in a sheet of ours holds a brace, or a semicolon with room behind it."""
    return SPARE.sub(rb"\1", INDENT.sub(b"\n", COMMENT.sub(b"", sheet))).strip()


def lean(script: bytes) -> bytes:
    """A script of ours without lines that are comments, and without indentation. No string of
    ours runs over a line: `tests/test_assets.py` sees to that."""
    return INDENT.sub(b"\n", REMARK.sub(b"", script)).strip() + b"\n"


def asset(name: str, body: bytes) -> Asset:
    """A file, packed when packing helps."""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in PACKED else None
    # Sheets and scripts take the page's encoding; saying it again would be sent a dozen times.
    told = f"{mime}; charset=utf-8" if mime == "text/plain" else mime
    return Asset(body, packed, told)
