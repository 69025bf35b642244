"""What every kind of activity promises: six questions, all answered purely.

Time, chance and identity come in from outside, so a replay gives what live gave.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from .results import Results
from .trend import Trend

Body = dict[str, Any]
Text = dict[str, str]  # one sentence per language: {"nl": "…", "en": "…"}
Audience = Literal["phone", "screen", "console"]


class Refused(Exception):
    """An answer, not an error: a code that the translations turn into one clear sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Act:
    """What a participant asks for from a phone. The phone makes the id."""

    id: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """What the facilitator did, or what a group did (its number in `fields`, never a person).

    The desk fills `at` (seconds), `seed`, `present` and, for a room that groups people, `chairs`:
    those that were taken by now, so that who comes later reshuffles nobody.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0
    seed: int = 0
    present: int = 0
    chairs: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Put:
    """Lay this body in that slot, over what lay there. Where entries are passing, it may be for so
    many seconds only; 0 is for as long as its phone is here."""

    slot: str
    body: Body
    seconds: float = 0.0


@dataclass(frozen=True)
class Take:
    """Empty that slot."""

    slot: str


@dataclass(frozen=True)
class Destroy:
    """These entries are taken out, whoever laid them: the words were somebody else's."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Touch:
    """The phones that laid these entries get a fresh own part."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One thing put down. The id is random and tells nothing about who or when."""

    id: str
    body: Body


@dataclass(frozen=True)
class Mine:
    """One participant's own entries by slot; a room never sees more of a person than this."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    seed: int = 0
    about: Mapping[str, str] = field(default_factory=dict)

    def body(self, slot: str) -> Body | None:
        """What lies in this slot."""
        entry = self.entries.get(slot)
        return entry.body if entry else None

    def slot_of(self, entry_id: str) -> str | None:
        """The slot in which my own entry with this id lies."""
        return next((slot for slot, entry in self.entries.items() if entry.id == entry_id), None)


@dataclass(frozen=True)
class Stage:
    """Where the moves have brought an activity."""

    phase: str
    locked: bool = False
    shown: bool = False
    since: float = 0.0  # server time at which this phase began, in seconds
    data: Mapping[str, Any] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()  # ids of entries whose text is to be destroyed

    def to(self, **changes: Any) -> Stage:
        """The same stage but for these changes."""
        return dataclasses.replace(self, **changes)

    def note(self, **data: Any) -> Stage:
        """The same stage with these things noted in its data."""
        return dataclasses.replace(self, data={**self.data, **data})


@dataclass(frozen=True)
class Scene:
    """All a room may know: its stage, the unordered bag of entries and what came before."""

    stage: Stage
    entries: tuple[Entry, ...] = ()
    given: tuple[Body, ...] = ()  # what earlier activities hand on, frozen at open
    present: int = 0  # phones here at open, and those that came since
    now: float = 0.0  # only for pages without JavaScript, and for what passes
    #: Entries whose phones lost their line, and for how many seconds at least: 15 or 60. It is
    #: in memory only, and there only for acts and own parts: no view and no result knows it.
    away: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, float] = field(default_factory=dict)  # since when, in server seconds

    def bodies(self, what: str) -> list[Body]:
        """The bodies of one sort of entry, in an order that says nothing."""
        found = [e for e in self.entries if e.body.get("what") == what]
        return [e.body for e in sorted(found, key=lambda e: e.id)]


#: What an act changes. A move among it is of a group that goes at its own pace.
Outcome = list[Put | Take | Destroy | Touch | Move]


@dataclass(frozen=True)
class Activity(ABC):
    """One item on the agenda; the fields are its set-up."""

    kind: ClassVar[str]
    unnamed: ClassVar[bool] = True
    groups_at: ClassVar[frozenset[str]] = frozenset()  # moves that record who takes part by now
    fleeting: ClassVar[frozenset[str]] = frozenset()  # sorts of entries that outlive no talk
    cards_on_a_sheet: ClassVar[int] = 8  # of its paper cards on an A4, if it has any
    #: Whether it stands beside the others while they go on, and is on no agenda; then what it is
    #: called. Any session may have it, so its set-up needs nothing.
    companion: ClassVar[Text] = {}
    #: Whether its entries are of who is here now: in memory only, never on disk, kept nowhere.
    passing: ClassVar[bool] = False
    trend: ClassVar[Trend | None] = None  # what may be followed over the sessions of a series

    question: Text = field(default_factory=dict)
    cue: Text = field(default_factory=dict)
    minutes: float = 0.0

    @property
    def brings(self) -> frozenset[str]:
        """The parts that its pages share with other rooms, each with a sheet or a script of its
        own: loaded only where a room needs them."""
        return frozenset()

    @property
    def phases(self) -> tuple[str, ...]:
        """The steps inside, in order. With more than one, the first collects and the last shows."""
        return ("open",)

    def as_set(self, stage: Stage) -> Activity:
        """This room as a facilitator set it while it was open. Most are as their format has them."""
        return self

    def start(self, move: Move) -> Stage:
        """The stage right after *open*."""
        return Stage(phase=self.phases[0], since=move.at, data={"begun": move.at})

    @abstractmethod
    def slots(self) -> tuple[str, ...]:
        """Where one participant may lay entries; this is also the quota."""

    @abstractmethod
    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        """What this act changes, or Refused."""

    def move(self, stage: Stage, move: Move) -> Stage:
        """The stage after this move. Rooms add their own names and leave the rest here."""
        match move.name:
            case "next" if ahead := self.next_phase(stage):
                return self.enter(stage, ahead, move)
            case "back" if (place := self.phases.index(stage.phase)) > 0:
                return self.enter(stage, self.phases[place - 1], move)
            case "lock" if stage.phase == self.phases[0]:
                return (
                    self.enter(stage, self.phases[1], move) if self.sorts else stage.to(locked=True)
                )
            case "lock":
                return stage
            case "unlock":
                return self.enter(stage, self.phases[0], move)
            case "show" if len(self.phases) > 1:
                return self.enter(stage, self.phases[-1], move)
            case "hide":
                return stage.to(shown=False)
            case "timer":
                return stage.note(
                    extra=seconds(move) - self.minutes_at(stage) * 60, timed_from=move.at
                )
            case "extend":
                return stage.note(extra=stage.data.get("extra", 0) + seconds(move))
            case "pause" | "resume":
                return stage
        raise Refused("unknown_move", name=move.name)

    @property
    def sorts(self) -> bool:
        """Whether something lies between collecting and showing."""
        return len(self.phases) > 2

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        """The same activity in another phase: closed after the first, open to see in the last."""
        first, last = self.phases[0], self.phases[-1]
        locked, shown = phase != first, phase == last and last != first
        return stage.to(phase=phase, since=move.at, locked=locked, shown=shown)

    def next_phase(self, stage: Stage) -> str | None:
        """The phase after this one; None after the last."""
        rest = self.phases[self.phases.index(stage.phase) + 1 :]
        return rest[0] if rest else None

    def ends(self, stage: Stage) -> float:
        """When the time that was planned for this activity is over, in server seconds."""
        begun = stage.data.get("timed_from") or stage.data.get("begun", stage.since)
        return float(begun) + self.minutes_at(stage) * 60 + float(stage.data.get("extra", 0))

    def minutes_at(self, stage: Stage) -> float:
        """How many minutes are planned for it: more or less, once somebody chose so."""
        return self.minutes

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """When what runs by the clock is best halted, should nobody lead any more. None when
        nothing goes on by itself."""
        return None

    def beat(self, stage: Stage, now: float) -> int:
        """What of the time changes who is where: whenever it is another number, all hear anew. Most
        rooms change by what people do alone."""
        return 0

    def bars_undo(self, stage: Stage, before: Stage, now: float) -> Refused | None:
        """What stands in the way of an undo from this stage to that one: people went by it."""
        return None

    def is_over(self, stage: Stage, now: float) -> bool:
        """Whether what is fleeting in it must be destroyed by now. It is too when the session goes
        elsewhere."""
        return False

    def misses(self, scene: Scene, who: frozenset[str]) -> tuple[str, ...]:
        """Whose own part tells that the phones which laid these entries are away, or are back."""
        return ()

    def by_itself(self, scene: Scene) -> Outcome:
        """What its groups do though nobody presses, as phones are away or back: moves, and who
        hears of them."""
        return []

    @abstractmethod
    def view(self, scene: Scene, audience: Audience) -> Body:
        """What everyone in this audience sees; never an owner."""

    def own(self, scene: Scene, mine: Mine) -> Body:
        """What only this phone sees."""
        return {}

    @abstractmethod
    def results(self, scene: Scene) -> Results:
        """What is kept."""

    def gives(self, scene: Scene) -> tuple[Body, ...]:
        """What a later activity that takes this one's outcome is given: what people put down."""
        return self.results(scene).items


def seconds(move: Move) -> float:
    """The seconds that a time move carries, or Refused."""
    value = move.fields.get("seconds")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("not_understood")
    if not abs(value) <= 36_000:  # said this way round, it refuses NaN too
        raise Refused("not_understood")
    return float(value)
