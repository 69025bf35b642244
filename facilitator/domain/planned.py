"""How long each part of a turn lasts: presets, what a format says instead, and more time for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .activity import Stage
from .dividing import Dividing

#: Seconds of each part; `sum2` only where it is deep. A turn lasts their sum.
PARTS = ("land", "tell", "sum", "check", "ask", "sum2", "fb")
PRESETS: Mapping[str, tuple[float, ...]] = {
    "vloer": (15, 120, 45, 15, 60, 0, 30),
    "kort": (20, 120, 45, 15, 90, 0, 60),
    "standaard": (30, 180, 60, 30, 120, 0, 90),
    "diep": (30, 300, 90, 30, 240, 60, 150),
}
SYNCS = ("room", "group")
POLICIES = ("remote_with_remote", "mixed_buddy", "separate_sessions")
FACTORS = (0, 1, 1.25, 1.5)  # 0: what people who are not together need
MAY_BE_LEFT_OUT = frozenset({"contrast", "land", "sum2", "fb"})
MOST_TURNS = 3
#: The least and most seconds a facilitator may make of a part.
LIMITS = {"tell": (45, 600)}
USUAL_LIMITS = (15, 300)
A_QUARTER_MORE = 1.25
ROUNDED_TO = 15  # seconds, when the time factor stretches a part


@dataclass(frozen=True)
class Planned(Dividing):
    """A talk in turns, each with the same parts."""

    preset: str = "standaard"
    turns: int = 0  # 0: as many as the size
    sync: str = "room"
    lengths: dict[str, float] = field(default_factory=dict)  # seconds by part, over the preset
    time_factor: float = 0.0  # 0: what people who are not together need
    contrast: float = 0.0  # seconds in which listening is done wrong first

    def __post_init__(self) -> None:
        super().__post_init__()
        self.must_make_sense()

    def must_make_sense(self) -> None:
        """Refuse a set-up that means nothing."""
        must_be("preset", self.preset, tuple(PRESETS))
        must_be("sync", self.sync, SYNCS)
        must_be("remote_policy", self.remote_policy, POLICIES)
        must_be("time_factor", self.time_factor, FACTORS)
        must_be("turns", self.turns, tuple(range(MOST_TURNS + 1)))
        if set(self.lengths) - set(PARTS):
            raise ValueError("lengths are of parts")
        for part, length in {**self.lengths, "contrast": self.contrast}.items():
            must_last(part, length)

    @property
    def rounds(self) -> int:
        return self.turns or self.size

    @property
    def own_pace(self) -> bool:
        """Whether each table goes on by itself. Who sits beside each other hears the one gong."""
        return self.sync == "group" and self.find != "neighbour"

    # -- how long

    @property
    def slower(self) -> float:
        """How much longer each part takes. With somebody at the table by phone, or all in a call, a
        quarter, unless the facilitator chose otherwise."""
        by_phone = self.find == "remote" or self.remote_policy == "mixed_buddy"
        return self.time_factor or (A_QUARTER_MORE if by_phone else 1.0)

    def plan(self, preset: str = "") -> list[tuple[str, int, float]]:
        """Every part of every turn with its seconds."""
        own = self.lengths if preset in ("", self.preset) else {}
        usual = {**self.usual(preset or self.preset), **own}
        length = {part: self.stretched(part, usual[part]) for part in PARTS}
        parts = [("contrast", 0, self.badly)]
        parts += [(part, n, length[part]) for n in range(self.rounds) for part in PARTS]
        return [one for one in parts if one[2]]

    def usual(self, preset: str) -> dict[str, float]:
        """The seconds of each part that a preset gives it."""
        return dict(zip(PARTS, PRESETS[preset], strict=True))

    @property
    def badly(self) -> float:
        """Seconds in which listening is done wrong first."""
        return self.stretched("contrast", self.contrast)

    def lasts(self, preset: str = "") -> float:
        """How long the whole talk lasts, in seconds."""
        return sum(length for _, _, length in self.plan(preset))

    def minutes_of(self, preset: str) -> int:
        """The same, in whole minutes."""
        return round(self.lasts(preset) / 60)

    def minutes_at(self, stage: Stage) -> float:
        """As planned, and what the facilitator chose since makes it longer or shorter."""
        longer = stage.data.get("set_longer", 0.0)
        return round(self.minutes + longer / 60) if self.minutes and longer else self.minutes

    def stretched(self, part: str, length: float) -> float:
        """More time, where languages, distance or an interpreter ask it."""
        if self.slower == 1.0 or not length:
            return length
        least, most = LIMITS.get(part, USUAL_LIMITS)
        longer = int(length * self.slower / ROUNDED_TO + 0.5) * ROUNDED_TO
        return min(max(longer, least), most)

    def giving_back(self) -> float:
        """Seconds to give back in when the talk is stopped, also where that part was left out."""
        planned = (length for name, _, length in self.plan() if name == "fb")
        return next(planned, self.stretched("fb", self.usual(self.preset)["fb"]))


def must_be(name: str, value: object, known: tuple[object, ...]) -> None:
    """Refuse a value that is none of these. Yes is not the number one."""
    if isinstance(value, bool) or value not in known:
        raise ValueError(f"{name} is one of {', '.join(map(str, known))}")


def must_last(part: str, length: float) -> None:
    """Refuse a length that no part may have."""
    least, most = LIMITS.get(part, USUAL_LIMITS)
    if isinstance(length, bool) or not isinstance(length, int | float):
        raise ValueError(f"{part} lasts a number of seconds")
    if not (least <= length <= most or (length == 0 and part in MAY_BE_LEFT_OUT)):
        raise ValueError(f"{part} lasts {least} to {most} seconds")
