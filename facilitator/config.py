"""Settings from the environment. Nonsense is refused before the first visitor comes."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_KEY = 24


class Nonsense(Exception):
    """A setting that cannot be right: one clear sentence."""


@dataclass(frozen=True)
class Config:
    """All settings, checked."""

    host: str
    port: int
    public_url: str
    host_key: str
    data_dir: Path
    default_lang: str
    join_code_digits: int
    trusted_proxies: int
    care_text: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read and check every setting."""
        port = number(env, "PORT", 8000, 1, 65535)
        data_dir = writable(Path(env.get("DATA_DIR") or "sessions"))
        host = env.get("HOST") or "0.0.0.0"
        return cls(
            host=host,
            port=port,
            public_url=url(env.get("PUBLIC_URL") or f"http://{reached_at(host)}:{port}"),
            host_key=host_key(env.get("HOST_KEY", ""), data_dir),
            data_dir=data_dir,
            default_lang=one_of(env, "DEFAULT_LANG", "nl", ("nl", "en")),
            join_code_digits=number(env, "JOIN_CODE_DIGITS", 6, 6, 8),
            trusted_proxies=number(env, "TRUSTED_PROXIES", 0, 0, 5),
            care_text=line(env, "CARE_TEXT", 200),
        )

    @property
    def secure(self) -> bool:
        """Whether people reach this over https."""
        return self.public_url.startswith("https:")

    @property
    def address(self) -> str:
        """What people type: the address without the scheme."""
        return urlsplit(self.public_url).netloc


def number(env: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    """A whole number between two bounds."""
    text = env.get(name, str(usual))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Nonsense(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def line(env: Mapping[str, str], name: str, most: int) -> str:
    """A line of text, or none."""
    text = env.get(name, "").strip()
    if len(text) > most or not text.isprintable():
        raise Nonsense(f"{name} must be one line of at most {most} characters.")
    return text


def one_of(env: Mapping[str, str], name: str, usual: str, options: tuple[str, ...]) -> str:
    """One of a few words."""
    text = env.get(name, usual)
    if text not in options:
        raise Nonsense(f"{name} must be one of {', '.join(options)}, not {text!r}.")
    return text


def url(text: str) -> str:
    """An http or https address without a path."""
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket that is not closed
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise Nonsense(f"PUBLIC_URL must be like https://gesprek.example.nl, not {text!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def writable(folder: Path) -> Path:
    """The data folder, made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part in ("live", "keys"):
            (folder / part).mkdir(mode=0o700, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as problem:
        raise Nonsense(f"DATA_DIR {folder} cannot be written: {problem.strerror}.") from None
    return folder.resolve()


def host_key(given: str, folder: Path) -> str:
    """The facilitator's key: the one set, or one made at first start and kept."""
    if given:
        if len(given) < SHORTEST_KEY:
            raise Nonsense(f"HOST_KEY needs {SHORTEST_KEY} characters or more.")
        return given
    path = folder / "host.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


def reached_at(host: str) -> str:
    """Where phones find a server that listens on this address."""
    return lan_address() if host in ("0.0.0.0", "::") else host


def lan_address() -> str:
    """This machine's address on the local network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
