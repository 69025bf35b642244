"""The session key and all that is made with it: tags, marks, boxes and door keys.

Nothing here is stored but the 32 bytes of the key itself, apart from the data, and those are
destroyed at the seal.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PADDED_TO = 64  # bytes


def keyed(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA-256 over the parts, which cannot run into one another."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256")


@dataclass(frozen=True)
class Token:
    """What one phone presents: 256 random bits, kept in its cookie and in memory only."""

    secret: bytes

    @classmethod
    def fresh(cls) -> Token:
        """A new one, for a new person."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def read(cls, text: str | None) -> Token | None:
        """The token in a cookie, or nothing if there is none or it is malformed."""
        try:
            secret = bytes.fromhex(text or "")
        except ValueError:
            return None
        return cls(secret) if len(secret) == 32 else None

    def written(self) -> str:
        """As it stands in the cookie."""
        return self.secret.hex()

    def seat(self, session: str) -> bytes:
        """What the roster holds: a hash that opens nothing."""
        return hashlib.sha256(f"roster|{session}|".encode() + self.secret).digest()

    def mark(self, session: str, activity: str, act: str) -> bytes:
        """Once is once: the mark of one act."""
        return keyed(self.secret, "done", session, activity, act)

    def seed(self, session: str, activity: str) -> int:
        """This phone's own chance in one activity."""
        return int.from_bytes(keyed(self.secret, "seed", session, activity)[:6], "big")


@dataclass(frozen=True)
class SessionKey:
    """The key of one running session."""

    session: str
    secret: bytes

    def tag(self, token: Token, bag: str, slot: str) -> bytes:
        """Where this phone's entry for one slot lies. Nothing joins two tags of one phone."""
        mine = keyed(token.secret, self.session, bag, slot)
        return hmac.digest(keyed(self.secret, "tags"), mine, "sha256")

    def door(self, role: str, generation: int) -> str:
        """The key that opens the screen or the console, as it stands in a link."""
        return f"{role}.{keyed(self.secret, 'door', role, str(generation)).hex()[:40]}"

    def shut(self, content: Any, *bound_to: bytes) -> bytes:
        """Content as an encrypted, padded box that opens only where it was laid."""
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        padded = plain + b" " * (-len(plain) % PADDED_TO)
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self._box_key()).encrypt(nonce, padded, b"\x1f".join(bound_to))

    def open(self, box: bytes, *bound_to: bytes) -> Any:
        """What was shut in."""
        plain = AESGCM(self._box_key()).decrypt(box[:12], box[12:], b"\x1f".join(bound_to))
        return json.loads(plain)

    def _box_key(self) -> bytes:
        return keyed(self.secret, "boxes")
