"""How fast one phone may ask, and how often an address may guess. Kept in memory only."""

from __future__ import annotations

import secrets

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from .keys import keyed

BURST = RateLimitItemPerSecond(30, 10)
STEADY = RateLimitItemPerMinute(150)
#: Wrong codes from one address. Right codes are never counted: a factory has one address.
WRONG_CODES = RateLimitItemPerMinute(60)


class TooFast(Exception):
    """Somebody asks faster than a hand can tap."""


class Turnstile:
    """Counts by a key that only this process can make, so that no address is kept."""

    def __init__(self) -> None:
        self.windows = FixedWindowRateLimiter(MemoryStorage())
        self.salt = secrets.token_bytes(16)

    def pass_one(self, who: str) -> None:
        """One more act, or TooFast."""
        key = keyed(self.salt, who).hex()
        if not (self.windows.hit(BURST, "act", key) and self.windows.hit(STEADY, "act", key)):
            raise TooFast

    def wrong_code(self, address: str) -> None:
        """A code that does not exist was asked for."""
        self.windows.hit(WRONG_CODES, "code", keyed(self.salt, address).hex())

    def may_guess(self, address: str) -> bool:
        """Whether this address has not guessed too often in this minute."""
        return self.windows.test(WRONG_CODES, "code", keyed(self.salt, address).hex())
