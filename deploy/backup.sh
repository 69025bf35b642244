#!/bin/sh
# Back up the closed conversations and the register, also while Steentje runs.
#
#   deploy/backup.sh [--with-host-key] DATA_DIR ARCHIVE.tar.gz     ("-": to standard output)
#
# Takes what it names and nothing else: results.json and report.html of each closed conversation,
# and register.db without the conversations that are running. Never live/ and keys/: they are
# destroyed when a conversation closes, and a copy would undo that. host.key only when you ask:
# whoever has it can lead.
set -eu
umask 077
exec "${PYTHON:-python3}" - "$@" <<'PYTHON'
import argparse
import contextlib
import gzip
import os
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

parser = argparse.ArgumentParser(prog="backup.sh")
parser.add_argument("--with-host-key", action="store_true")
parser.add_argument("data_dir", type=Path)
parser.add_argument("archive")
asked = parser.parse_args()
data = asked.data_dir.resolve()
target = None if asked.archive == "-" else Path(asked.archive).resolve()
if not (data / "register.db").is_file():
    sys.exit(f"backup.sh: {data} has no register.db.")
if target and target.is_relative_to(data):
    sys.exit("backup.sh: put the archive outside DATA_DIR.")
if target and target.exists():
    sys.exit(f"backup.sh: {target} is there already.")


def snapshot(copy):
    """The register as it stands at one moment."""
    source = sqlite3.connect(f"{(data / 'register.db').as_uri()}?mode=ro", uri=True, timeout=10)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(copy)) as into:
        source.backup(into)


def only_closed(copy, homes):
    """Take out what is still running: without its key nobody can go on with it elsewhere."""
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as register:
        for session, folder, state in register.execute(
            "SELECT id, folder, state FROM session"
        ).fetchall():
            if folder in homes:
                continue
            if state == "sealed":
                print(f"backup.sh: {folder} has no results.json.", file=sys.stderr)
            else:
                register.execute("DELETE FROM session WHERE id = ?", (session,))
        if register.execute("SELECT 1 FROM sqlite_master WHERE name = 'series'").fetchone():
            register.execute("DELETE FROM series WHERE id NOT IN (SELECT series FROM session)")
        register.execute("VACUUM")


def plain(info):
    """File times would tell at what moment a conversation closed."""
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def write(out, copy, homes):
    """The archive. The same data give the same bytes."""
    with (
        gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", dereference=True) as tar,
    ):
        tar.add(copy, "register.db", filter=plain)
        for home in sorted(homes):
            for name in ("results.json", "report.html"):
                if (data / home / name).is_file():
                    tar.add(data / home / name, f"{home}/{name}", filter=plain)
        if asked.with_host_key:
            tar.add(data / "host.key", "host.key", filter=plain)


with tempfile.TemporaryDirectory() as scratch:
    copy = Path(scratch) / "register.db"
    # The register first: what closes meanwhile is then in the archive whole, with its results.
    snapshot(copy)
    homes = {one.parent.name for one in data.glob("????-??-??-*/results.json")}
    only_closed(copy, homes)
    if target is None:
        write(sys.stdout.buffer, copy, homes)
    else:
        passing = target.with_name(target.name + ".part")
        with passing.open("wb") as out:
            write(out, copy, homes)
            out.flush()
            os.fsync(out.fileno())
        passing.rename(target)
print(f"Closed conversations: {len(homes)}.", file=sys.stderr)
PYTHON
