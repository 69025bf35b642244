"""Sealing: copy out, check, destroy. Each step can be interrupted and taken up again."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .domain.results import SCHEMA, canonical
from .store import settle, shred

Doc = dict[str, Any]

#: The steps of a seal, in order. Until *results* nothing was destroyed; after *checked* nothing
#: that is destroyed is needed any more.
STEPS = ("begin", "folder", "written", "results", "checked", "report", "key", "live", "end")


class NotWhole(Exception):
    """The file that was read back is not what was written."""


@dataclass
class Archive:
    """The closed sessions in one folder. `step` is told every step, for those who test
    interruptions."""

    folder: Path
    report: Callable[[Doc], str] = lambda doc: ""
    step: Callable[[str], None] = lambda name: None

    def home(self, name: str) -> Path:
        """Where one closed session lives."""
        return self.folder / name

    def seal(self, name: str, doc: Doc, live: Path, key: Path) -> Doc:
        """Write the results, check them, destroy everything else."""
        self.step("begin")
        home = self.home(name)
        home.mkdir(exist_ok=True)
        settle(self.folder)
        self.step("folder")
        if not self.is_sealed(name):
            write_whole(home, "results.json", canonical(doc) + "\n", self.step)
        return self.finish(name, live, key)

    def finish(self, name: str, live: Path, key: Path) -> Doc:
        """Everything after the results are there: from here the live data are not needed."""
        self.step("results")
        doc = self.read(name)
        self.step("checked")
        write_whole(self.home(name), "report.html", self.report(doc))
        self.step("report")
        shred([key])
        self.step("key")
        shred([*beside(live), live])
        self.step("live")
        self.step("end")
        return doc

    def is_sealed(self, name: str) -> bool:
        """Whether whole results stand there."""
        try:
            self.read(name)
        except (OSError, NotWhole):
            return False
        return True

    def read(self, name: str) -> Doc:
        """The results of a closed session, checked to be in their canonical form."""
        try:
            text = (self.home(name) / "results.json").read_text(encoding="utf-8")
            doc: Doc = json.loads(text)
        except ValueError:
            raise NotWhole(name) from None
        if not isinstance(doc, dict) or doc.get("schema") != SCHEMA:
            raise NotWhole(name)
        if canonical(doc) + "\n" != text:
            raise NotWhole(name)
        return doc


def beside(live: Path) -> list[Path]:
    """The files that SQLite keeps beside its database."""
    return [live.with_name(live.name + tail) for tail in ("-wal", "-shm", "-journal")]


def write_whole(
    home: Path, name: str, text: str, step: Callable[[str], None] = lambda name: None
) -> None:
    """Write a file so that it is either there whole or not there."""
    passing = home / f".{name}.new"
    with passing.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    step("written")
    passing.rename(home / name)
    settle(home)


def slug(title: str) -> str:
    """A title as part of a folder's name: a few plain words."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower().translate(str.maketrans("ëéèïöüá", "eeeioua")))
    return plain.strip("-")[:40].strip("-") or "gesprek"


def fingerprint(doc: Doc) -> str:
    """A short sum of the results, to compare two copies by eye."""
    return hashlib.sha256(canonical(doc).encode()).hexdigest()[:16]
