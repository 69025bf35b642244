"""Hosting: the files in deploy/ say what the product understands, and a backup holds nothing that
was promised to be destroyed. No container engine is needed."""

import dataclasses
import http.server
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
import yaml

from facilitator.archive import Archive
from facilitator.config import Config
from facilitator.desk import Desk
from facilitator.domain.results import SCHEMA
from facilitator.keys import SessionKey
from facilitator.register import Register
from facilitator.store import Change, Live, Writer, keep_key

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SETTINGS = {field.name.upper() for field in dataclasses.fields(Config)}
NOT_OURS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def text(name):
    return (DEPLOY / name).read_text()


def lines(name):
    """What a file says, without its comments."""
    return [
        line.strip() for line in text(name).splitlines() if line.strip() and line.strip()[0] != "#"
    ]


def instructions():
    """The Dockerfile as pairs of a word and what it is given."""
    whole = "\n".join(lines("Dockerfile")).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in whole.splitlines()]


def given(word):
    return [rest for name, rest in instructions() if name == word]


def unit():
    return [tuple(line.split("=", 1)) for line in lines("steentje.service") if "=" in line]


COMPOSE = yaml.safe_load(text("compose.yaml"))
APP, CADDY = COMPOSE["services"]["app"], COMPOSE["services"]["caddy"]


# -- names


def environment_names():
    """Every environment name that a file in deploy/ uses."""
    yield from ((name, "compose.yaml") for name in APP["environment"] | CADDY["environment"])
    yield from ((name, "compose.yaml") for name in re.findall(r"\$\{(\w+)", text("compose.yaml")))
    yield from ((name, "Caddyfile") for name in re.findall(r"\{\$(\w+)", text("Caddyfile")))
    for row in given("ENV"):
        yield from ((one.split("=")[0], "Dockerfile") for one in shlex.split(row))
    for key, value in unit():
        if key == "Environment":
            yield from ((one.split("=")[0], "steentje.service") for one in shlex.split(value))


@pytest.mark.parametrize(("name", "where"), sorted(set(environment_names())))
def test_only_settings_that_exist_are_set(name, where):
    assert name in SETTINGS | NOT_OURS


def test_the_hosting_page_names_every_setting():
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/hosting.md").read_text()))
    assert told >= SETTINGS


def test_the_hosting_page_names_files_that_exist():
    named = re.findall(
        r"\b(?:deploy|facilitator)/[\w.]+\.\w+", (ROOT / "docs/hosting.md").read_text()
    )
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


# -- the image


def test_the_image_is_small_pinned_and_without_root():
    assert [row.split()[0] for row in given("FROM")] == ["python:3.11-slim"] * 2
    assert not given("ADD")
    assert any("--require-hashes" in row and "--only-binary" in row for row in given("RUN"))
    assert any("compileall" in row for row in given("RUN"))
    assert given("VOLUME") == ["/data"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", given("USER")[-1])
    words = [name for name, _ in instructions()]
    assert "RUN" not in words[words.index("USER") :]
    assert json.loads(given("CMD")[-1]) == ["python", "wsgi.py"]


def test_only_code_goes_into_the_image():
    ignored = [
        row for row in (ROOT / ".dockerignore").read_text().splitlines() if row and row[0] != "#"
    ]
    let_in = {row[1:] for row in ignored if row.startswith("!")}
    assert ignored[0] == "*"
    assert [name for name in let_in if not (ROOT / name).exists()] == []
    assert let_in >= {"requirements.txt", "wsgi.py", "facilitator", "templates", "static"}
    assert not any(name.startswith((".git", "sessions", ".venv")) for name in let_in)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_well_from_unwell(status, code):
    command = json.loads(given("HEALTHCHECK")[0].partition("CMD ")[2])
    assert command[0] == "python"

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        env = {**os.environ, "PORT": str(server.server_port)}
        assert subprocess.run([sys.executable, *command[1:]], env=env).returncode == code


# -- compose


def test_only_the_proxy_is_reached_from_outside():
    assert "ports" not in APP
    assert [COMPOSE["networks"][name] for name in APP["networks"]] == [{"internal": True}]
    assert APP["environment"]["TRUSTED_PROXIES"] == "1"
    assert {port.partition(":")[0] for port in CADDY["ports"]} == {"80", "443"}
    port = next(re.search(r"PORT=(\d+)", row)[1] for row in given("ENV"))
    assert f"reverse_proxy app:{port}" in lines("Caddyfile")


@pytest.mark.parametrize("service", [APP, CADDY], ids=["app", "caddy"])
def test_words_and_keys_stay_in_memory(service):
    assert service["mem_limit"] == service["memswap_limit"]
    assert service["ulimits"]["core"] == 0
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_volume_is_declared_and_running_conversations_lie_apart():
    mounted = dict(row.split(":")[:2] for one in (APP, CADDY) for row in one["volumes"])
    named = {name for name in mounted if not name.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert {mounted["data"], mounted["live"], mounted["keys"]} == {
        "/data", "/data/live", "/data/keys"
    }  # fmt: skip


# -- proxies


def test_caddy_writes_nothing_about_requests():
    said = lines("Caddyfile")
    site = said[said.index("{$PUBLIC_URL} {") :]
    assert said[: said.index("{$PUBLIC_URL} {")].count("exclude http") == 1
    assert not any(row.split()[0] == "log" for row in site)
    assert text("Caddyfile").count("{") == text("Caddyfile").count("}")


def test_nginx_writes_nothing_about_requests_and_passes_on_websockets():
    said = lines("nginx.conf")
    assert said.count("server {") == said.count("access_log off;") == 2
    assert said.count("error_log /dev/null;") == 2
    for row in (
        "proxy_http_version 1.1;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        "proxy_set_header X-Forwarded-For $remote_addr;",  # not what the client said
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $http_host;",
        "proxy_max_temp_file_size 0;",
    ):
        assert row in said
    most, held = (
        re.search(rf"{name} (\w+);", text("nginx.conf"))[1]
        for name in ("client_max_body_size", "client_body_buffer_size")
    )
    assert most == held, "a body that does not fit in memory is written to disk"


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_understands_its_file(tmp_path):
    plain = re.sub(r"ssl_certificate.*|(?<=443) ssl", "", text("nginx.conf"))
    (tmp_path / "steentje.conf").write_text(plain)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    scratch = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}"
        f"http {{ {scratch} include steentje.conf; }}"
    )
    said = subprocess.run(["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
    assert said.returncode == 0


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_understands_its_file():
    command = ["caddy", "adapt", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    said = subprocess.run(command, env={**os.environ, "PUBLIC_URL": "https://a.example"})
    assert said.returncode == 0


# -- systemd


def test_the_unit_is_shut_tight():
    said = dict(unit())
    wanted = {
        "User": "steentje", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "LimitCORE": "0",
        "MemorySwapMax": "0", "StandardOutput": "null", "StateDirectory": "steentje",
        "StateDirectoryMode": "0700", "RestartPreventExitStatus": "2",
    }  # fmt: skip
    assert {key: said.get(key) for key in wanted} == wanted
    assert int(said["LimitNOFILE"]) >= 10_000
    assert int(said["TimeoutStopSec"]) >= 10
    environment = " ".join(value for key, value in unit() if key == "Environment")
    assert f"DATA_DIR=/var/lib/{said['StateDirectory']}" in environment


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_unit(tmp_path):
    here = text("steentje.service").replace("/opt/steentje/.venv/bin/python", "/bin/true")
    (tmp_path / "steentje.service").write_text(here)
    command = ["systemd-analyze", "verify", tmp_path / "steentje.service"]
    done = subprocess.run(command, capture_output=True, text=True)
    about_ours = [row for row in done.stderr.splitlines() if "steentje.service" in row]
    assert about_ours == []


# -- backup and restore

CLOSED = "2026-11-20-kwaliteit-00000000000000aa"
RUNNING = "2026-11-22-veiligheid-00000000000000bb"


def enter(register, folder, code, state):
    register.enter(
        id=folder[-16:], code=code, owner="host", title={"nl": folder[11:-17]}, format="aanpak",
        lang="nl", date=folder[:10], state=state, folder=folder,
    )  # fmt: skip


@pytest.fixture(scope="module")
def as_written(tmp_path_factory):
    """One conversation that was closed and one that is running, its write-ahead log open."""
    folder = tmp_path_factory.mktemp("as_written")
    for part in ("live", "keys"):
        (folder / part).mkdir(parents=True)
    (folder / "host.key").write_text("the-key-to-lead-the-house")
    register, archive = Register(folder / "register.db"), Archive(folder, report=lambda doc: "Ons")
    enter(register, CLOSED, "111111", "sealed")
    doc = {"schema": SCHEMA, "session": {"id": CLOSED[-16:], "title": "Ons"}, "activities": []}
    gone = folder / "live" / "gone.db"
    archive.seal(CLOSED, doc, gone, gone)
    register.promise(CLOSED[-16:], [
        {"side": "us", "what": "lamp", "who": "Jo", "by": "2026-12-01", "first_step": "bel"}
    ])  # fmt: skip
    enter(register, RUNNING, "222222", "live")
    database, key = folder / f"live/{RUNNING[-16:]}.db", folder / f"keys/{RUNNING[-16:]}.key"
    secret = b"this key must never be copied..!"
    keep_key(key, secret)
    live, writer = Live.make(database, SessionKey(RUNNING[-16:], secret)), Writer()
    assert writer.commit([Change(database, notes=[live.note_row("set_up", "said")])]) == [None]
    yield folder
    writer.forget(database)


@pytest.fixture
def data(as_written, tmp_path):
    """A data folder for one test alone."""
    return shutil.copytree(as_written, tmp_path / "sessions")


def run(script, *arguments, **more):
    env = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run(["sh", DEPLOY / script, *arguments], env=env, capture_output=True, **more)


@pytest.fixture(scope="module")
def backup(as_written, tmp_path_factory):
    target = tmp_path_factory.mktemp("backup") / "backup.tar.gz"
    assert run("backup.sh", as_written, target).returncode == 0
    return target


def contents(archive):
    with tarfile.open(archive) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def files(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def repack(target, entries, original=()):
    """An archive that backup.sh would not make."""
    with tarfile.open(target, "w:gz") as tar:
        for name, body in [*dict(original).items(), *entries]:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return target


def test_a_backup_holds_closed_conversations_and_the_register_only(backup, data):
    assert len(list((data / "live").iterdir())) == 3, "there was something to leave out"
    held = contents(backup)
    assert set(held) == {"register.db", f"{CLOSED}/results.json", f"{CLOSED}/report.html"}


def test_a_backup_holds_no_trace_of_a_running_conversation(backup, data):
    assert b"222222" in (data / "register.db").read_bytes(), "there was something to leave out"
    everything = b"".join(contents(backup).values())
    (key,) = (data / "keys").iterdir()
    for trace in (
        b"222222",
        RUNNING[-16:].encode(),
        b"veiligheid",
        key.read_bytes(),
        b"the-key-to",
    ):
        assert trace not in everything


def test_a_backup_tells_no_moment_and_is_read_by_its_owner_only(backup, data, tmp_path):
    with tarfile.open(backup) as tar:
        assert {(info.mtime, info.uid, info.uname, info.mode) for info in tar} == {
            (0, 0, "", 0o600)
        }
    assert backup.stat().st_mode & 0o777 == 0o600
    assert run("backup.sh", data, tmp_path / "again.tar.gz").returncode == 0
    assert (tmp_path / "again.tar.gz").read_bytes() == backup.read_bytes()


def test_a_backup_changes_nothing_of_what_it_copies(data, tmp_path):
    before = files(data)
    assert run("backup.sh", data, tmp_path / "backup.tar.gz").returncode == 0
    assert files(data) == before


def test_the_key_to_lead_goes_along_only_when_asked(data, tmp_path):
    target = tmp_path / "whole.tar.gz"
    assert run("backup.sh", "--with-host-key", data, target).returncode == 0
    assert contents(target)["host.key"] == (data / "host.key").read_bytes()


def test_a_restore_gives_the_same_bytes_and_the_server_takes_it_up(backup, data, tmp_path):
    new = tmp_path / "new"
    done = run("restore.sh", backup, new)
    assert done.returncode == 0, done.stderr
    back = files(new)
    register = back.pop("register.db")
    assert register == contents(backup)["register.db"]
    assert back == {
        f"{CLOSED}/{n}": (data / CLOSED / n).read_bytes() for n in os.listdir(data / CLOSED)
    }
    desk = Desk(new, Register(new / "register.db"), Archive(new), lambda change: None)
    desk.take_up()
    assert desk.running == {}
    assert [one.code for one in desk.register.many()] == ["111111"]
    assert [one["what"] for one in desk.register.promises(CLOSED[-16:])] == ["lamp"]
    assert desk.report(code="111111")[1]["session"]["title"] == "Ons"


def test_a_conversation_that_closes_during_the_backup_comes_back_closed(data, tmp_path):
    Register(data / "register.db").mark(CLOSED[-16:], state="sealing")
    assert run("backup.sh", data, tmp_path / "backup.tar.gz").returncode == 0
    assert run("restore.sh", tmp_path / "backup.tar.gz", tmp_path / "new").returncode == 0
    new = tmp_path / "new"
    desk = Desk(new, Register(new / "register.db"), Archive(new), lambda change: None)
    desk.take_up()
    assert desk.register.one(code="111111").state == "sealed"


def test_through_a_pipe_it_is_the_same(backup, data, tmp_path):
    piped = run("backup.sh", data, "-")
    assert piped.stdout == backup.read_bytes()
    assert run("restore.sh", "-", tmp_path / "new", input=piped.stdout).returncode == 0
    assert (tmp_path / "new" / CLOSED / "results.json").exists()


def test_a_backup_is_not_laid_where_it_would_be_in_the_way(backup, data, tmp_path):
    assert b"outside" in run("backup.sh", data, data / "backup.tar.gz").stderr
    assert b"there already" in run("backup.sh", data, backup).stderr
    assert b"no register.db" in run("backup.sh", tmp_path / "empty", tmp_path / "b.tar.gz").stderr


def test_a_restore_never_overwrites(backup, data):
    before = files(data)
    done = run("restore.sh", backup, data)
    assert done.returncode == 1
    assert b"there already" in done.stderr
    assert files(data) == before


@pytest.mark.parametrize(
    "name",
    [
        "live/a.db",
        "keys/a.key",
        "../register.db",
        "register.db-wal",
        f"{CLOSED}/../../x",
        ".profile",
    ],
)
def test_a_restore_takes_only_what_a_backup_may_hold(backup, tmp_path, name):
    foreign = repack(tmp_path / "foreign.tar.gz", [(name, b"x")], contents(backup))
    done = run("restore.sh", foreign, tmp_path / "new")
    assert done.returncode == 1
    assert b"does not belong" in done.stderr
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    "harm",
    [lambda whole: whole[:-200], lambda whole: whole[:-6] + b"??????", lambda whole: b"not a tar"],
    ids=["cut off", "checksum", "something else"],
)
def test_a_damaged_backup_restores_nothing(backup, tmp_path, harm):
    (tmp_path / "harmed.tar.gz").write_bytes(harm(backup.read_bytes()))
    done = run("restore.sh", tmp_path / "harmed.tar.gz", tmp_path / "new")
    assert done.returncode == 1
    assert b"nothing was restored" in done.stderr
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("script", ["backup.sh", "restore.sh"])
def test_the_scripts_are_run_by_hand_and_by_any_shell(script):
    assert os.access(DEPLOY / script, os.X_OK)
    subprocess.run(["sh", "-n", DEPLOY / script], check=True)
    assert text(script).startswith("#!/bin/sh\n")
