#!/bin/sh
# Put a backup back into a data folder that is new or empty, while Steentje does not run.
#
#   deploy/restore.sh ARCHIVE.tar.gz DATA_DIR     ("-": from standard input)
#
# All is unpacked and checked first. The register comes last: with it, the restore is whole.
set -eu
umask 077
exec "${PYTHON:-python3}" - "$@" 3<&0 <<'PYTHON'
import argparse
import contextlib
import gzip
import json
import os
import re
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

MAY_BE_HERE = re.compile(
    r"register\.db|host\.key|\d{4}-\d\d-\d\d-[^/]+/(results\.json|report\.html)"
)


class Wrong(Exception):
    """Why nothing was restored: one sentence."""


def unpack(archive, into):
    """All files, each under a name that a backup may have."""
    with gzip.open(archive) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        for info in tar:
            if not (info.isreg() and MAY_BE_HERE.fullmatch(info.name)):
                raise Wrong(f"{info.name!r} does not belong in a backup")
            path = into / info.name
            path.parent.mkdir(exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(tar.extractfile(info), file)
                os.fsync(file.fileno())
        while packed.read(65536):  # to its end, where the checksum stands
            pass


def check(into):
    """The register is sound and each result can be read."""
    if not (into / "register.db").exists():
        raise Wrong("it has no register.db")
    with contextlib.closing(sqlite3.connect(into / "register.db")) as register:
        if register.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Wrong("its register.db is damaged")
    for home in into.glob("*/"):
        json.loads((home / "results.json").read_text(encoding="utf-8"))


def settle(folder):
    """Make sure that the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def place(into, data):
    """Everything to where it belongs, owned by whoever owns the data folder."""
    owner = data.stat()
    for path in into.rglob("*"):
        if path.is_dir():
            settle(path)
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
    names = sorted((path.name for path in into.iterdir()), key=lambda name: name == "register.db")
    taken = [name for name in names if (data / name).exists()]
    if taken:
        raise Wrong(f"{data / taken[0]} is there already; restore into an empty folder")
    for name in names:
        (into / name).rename(data / name)
    settle(data)


parser = argparse.ArgumentParser(prog="restore.sh")
parser.add_argument("archive")
parser.add_argument("data_dir", type=Path)
asked = parser.parse_args()
data = asked.data_dir.resolve()
try:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as scratch:
        into = Path(scratch)
        with open(3 if asked.archive == "-" else asked.archive, "rb") as archive:
            unpack(archive, into)
        check(into)
        homes = len(list(into.glob("*/")))
        place(into, data)
except (Wrong, OSError, EOFError, ValueError, tarfile.TarError, zlib.error, sqlite3.Error) as why:
    sys.exit(f"restore.sh: nothing was restored: {why}.")
print(f"Closed conversations: {homes}. Start Steentje to go on.")
PYTHON
