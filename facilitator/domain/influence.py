"""How far people's say reaches."""

from __future__ import annotations

#: From hearing about it to deciding themselves.
INFLUENCE = ("know", "think", "decide", "own")
