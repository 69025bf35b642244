"""What people do in a round while they talk: they judge a summary, say how it was, count, pass, write.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import hints, lines, summaries, taps
from .activity import Act, Mine, Move, Outcome, Put, Refused, Scene, Take, Text, Touch
from .chairs import Table
from .clocks import NOT_TOLD_YET
from .course import MOST_OWN_TURNS, Course
from .heard import ANSWERS, Heard
from .laps import lap
from .own_pace import TRIES
from .planned import must_be
from .sharing import phone_of
from .sitting import END, let_go
from .tables import whole
from .turns import LISTENER, OBSERVER, TELLER
from .words import choice, only

SUMMARY_MODES = ("spoken", "note", "written")
MOST_PROMPTS = 3


@dataclass(frozen=True)
class Answering(Course):
    """Turns in which one tells, one listens and one observes."""

    observer: str = "light"
    items: tuple[str, ...] = ()  # what is asked of who told; none: what fits the preset
    summary_mode: str = "spoken"
    share: bool = False
    prompts: tuple[Text, ...] = ()
    mnemonics: bool = True
    interview: bool = False  # the listener begins with a question

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size not in (2, 3):
            raise ValueError("size is 2 or 3")
        if not set(self.items) <= set(taps.ITEMS):
            raise ValueError("an item that does not exist")

    def must_make_sense(self) -> None:
        super().must_make_sense()
        must_be("observer", self.observer, tuple(taps.MODES))
        must_be("summary_mode", self.summary_mode, SUMMARY_MODES)
        for name in ("share", "interview"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is true or false")
        if len(self.prompts) > MOST_PROMPTS:
            raise ValueError(f"at most {MOST_PROMPTS} prompts")

    # -- where answers lie

    @property
    def scales(self) -> tuple[str, ...]:
        """What is asked of who told, on the scale of five."""
        return self.items or taps.ASKED[self.preset]

    def slot(self, what: str, turn: int) -> str:
        """Where an answer lies: one a turn. With a neighbour nobody knows who tells, but everybody
        does so once: there it is one in all, and a later one replaces it."""
        return what if self.find == "neighbour" else f"{what}.{turn}"

    def slots(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("chair", "help", "check", "added", *taps.ITEMS)
        by_turn = ("check", "added", "second", "tally", "pass", "draft", "written", "verdict",
                   "harvest", "wanted", *taps.ITEMS)  # fmt: skip
        turns = range(MOST_OWN_TURNS)  # at a table that shares the time each has one
        answers = [f"{what}.{n}" for n in turns for what in by_turn]
        return ("chair", "help", *answers, *(slot for n in turns for slot in lines.slots(n)))

    def measured(self, scene: Scene) -> Heard:
        """What the round showed."""
        sums = 1 + any(part == "sum2" for part, _, _ in self.plan())
        return Heard(scene, self.find == "neighbour", self.observer, sums)

    def was_seen(self, scene: Scene) -> bool:
        """Whether the room looked at figures: one more answer would then be seen in them, also
        when it went back to the talk since."""
        looked = lap(scene.stage) in scene.stage.data.get("looked", ())
        return bool(looked and self.measured(scene).findings(taps.ITEMS))

    # -- the teller judges the summary

    def my_turn(self, scene: Scene, chair: str, role: str, act: Act) -> tuple[int, Table]:
        """The turn for which an act is meant, if I have this role in it, or Refused."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        now = self.my_moment(scene, chair)[0]
        turn = whole(act.fields.get("turn", min(now, self.turns_of(scene, chair) - 1)))
        if turn > now:
            raise Refused("not_open_yet")
        seating, table = self.at_turn(scene, chair, turn)
        if table is None:
            raise Refused("not_open_yet")
        roles = seating.roles(table, (turn, END))
        if role not in (does for one, does in roles.items() if phone_of(one) == chair):
            raise Refused("not_your_role")
        return turn, table

    def check(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says whether the summary is right; after *almost* or *no* once more."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn == here[0] and part in NOT_TOLD_YET:
            raise Refused("not_open_yet")
        first, past = mine.body(f"check.{turn}"), turn < here[0]
        tried = is_not_right((first or {}).get("answer"))
        # At its own pace a table tries at once; on one clock that comes in the next part.
        again = tried and (self.own_pace or past or part not in ("sum", "check"))
        if past and first and (not again or mine.body(f"second.{turn}")):
            raise Refused("too_late_for_that")
        body = {"what": "check", "turn": turn, "table": table.number, "answer": answer}
        if again:
            return [Put(f"second.{turn}", {**body, "what": "second"}), Touch(table.people)]
        more: Outcome = []
        longer = self.own_pace and not past and not tried and part in TRIES
        if longer and is_not_right(answer):
            more = [Move("again", {"table": table.number})]
        return [Put(f"check.{turn}", body), *more, Touch(table.people)]

    def check_beside(self, scene: Scene, act: Act) -> Outcome:
        """With a neighbour nobody knows who tells: whoever told answers, once in all."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return [Put("check", {"what": "check", "turn": 0, "table": 0, "answer": answer})]

    def added(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller adds something to the summary, aloud. That it was so is counted; what, is
        kept nowhere."""
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn == here[0] and part in NOT_TOLD_YET:
            raise Refused("not_open_yet")
        return [self.addition(scene, act, turn, table.number)]

    def addition(self, scene: Scene, act: Act, turn: int = 0, table: int = 0) -> Put:
        """That something was added, while there is a talk."""
        only(act.fields, "answer", "turn")
        choice({"answer": "yes", **act.fields}, "answer", ("yes",))
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return Put(self.slot("added", turn), {"what": "added", "turn": turn, "table": table})

    # -- and says how it was

    def heard(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says how it was to be listened to. Nobody at the table sees it."""
        turn = self.told_turn(scene, chair, act)
        seating, table = self.at_turn(scene, chair, turn)
        side = seating.chairs[chair]["side"]
        return [self.rating(scene, act, turn, table.number if table else 0, side)]

    def undo(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller goes back to a question, to answer it anew."""
        return [self.taken_back(scene, act, self.told_turn(scene, chair, act))]

    def told_turn(self, scene: Scene, chair: str, act: Act) -> int:
        """The turn that an answer is about: one in which I told, the last one unless it says."""
        turns = range(self.turns_of(scene, chair))
        told = [n for n in turns if self.told_in(scene, chair, n)]
        turn = whole(act.fields.get("turn", told[-1] if told else 0))
        if turn not in told:
            raise Refused("not_your_role")
        return turn

    def told_in(self, scene: Scene, chair: str, turn: int) -> bool:
        """Whether I told in a turn that has come to its check."""
        here, (seating, table) = self.my_moment(scene, chair), self.at_turn(scene, chair, turn)
        part = self.part(scene, table.number if table else 0)
        if turn > here[0] or (turn == here[0] and part in NOT_TOLD_YET):
            return False
        teller = seating.teller(table, turn) if table else None
        return teller is not None and phone_of(teller) == chair

    def rating(
        self, scene: Scene, act: Act, turn: int = 0, table: int = 0, side: str = "room"
    ) -> Put:  # fmt: skip
        """One answer on the scale of five, while there is a talk."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        body = taps.rated(act, self.scales, turn, table, side)
        return Put(self.slot(body["what"], turn), body)

    def taken_back(self, scene: Scene, act: Act, turn: int = 0) -> Take:
        """An answer on the scale is taken back, while there is a talk."""
        only(act.fields, "item", "turn")
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return Take(self.slot(choice(act.fields, "item", self.scales), turn))

    # -- what others do

    def tip_wanted(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener says whether a tip is welcome. It reaches the table, and outlives no talk."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", ("yes", "no"))
        turn, table = self.my_turn(scene, chair, LISTENER, act)
        if turn != self.moment(scene, table.number)[0]:
            raise Refused("too_late_for_that")
        if "fb" not in self.parts_now(scene, table.number):
            raise Refused("not_open_yet")
        body = {"what": "tip_wanted", "turn": turn, "table": table.number, "answer": answer}
        return [Put(f"wanted.{turn}", body), Touch(table.people)]

    def tally(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The observer counts what the listener does. It reaches the listener, and is summed for
        the whole room; it says nothing of a person."""
        turn, table = self.my_turn(scene, chair, OBSERVER, act)
        put = taps.counted(mine, act, turn, table.number, self.observer)
        roles = self.at_turn(scene, chair, turn)[0].roles(table, (turn, END))
        listeners = tuple(one for one, role in roles.items() if role == LISTENER)
        return [put, Touch(listeners)]

    def all_well(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The answer to *is all well?*, for the whole table. If it is not, they ask for help."""
        only(act.fields)
        table = self.my_table(scene, chair)
        if table is None or not hints.asks_if_well(scene.stage, table.number):
            raise Refused("nothing_to_answer_here")
        return [Move("well", {"table": table.number}), Touch(table.people)]

    def pass_on(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller lets the turn go by; it is offered once more at the end."""
        only(act.fields, "turn")
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn != here[0] or part not in NOT_TOLD_YET:
            raise Refused("too_late_for_that")
        teller = self.at_turn(scene, chair, turn)[0].teller(table, turn)
        return [let_go(mine, turn, teller or chair), Touch(self.all_if_mixed(scene, table.people))]

    def tell_after_all(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who let this turn go by tells in it after all, while it is still being told."""
        only(act.fields)
        turn, table = self.my_moment(scene, chair)[0], self.my_table(scene, chair)
        if table is None or mine.body(f"pass.{turn}") is None:
            raise Refused("nothing_to_answer_here")
        if self.part(scene, table.number) not in NOT_TOLD_YET:
            raise Refused("too_late_for_that")
        return [Take(f"pass.{turn}"), Touch(self.all_if_mixed(scene, table.people))]

    # -- what is written

    def draft(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener writes the summary down, for the teller alone."""
        if self.summary_mode == "spoken":
            raise Refused("nothing_to_answer_here")
        return summaries.drafted(scene, act, *self.my_turn(scene, chair, LISTENER, act))

    def verdict(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller decides what becomes of it."""
        turn, table = self.my_turn(scene, chair, TELLER, act)
        return summaries.decided(scene, act, turn, table, self.share)

    def line(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who writes at a table that types says something."""
        only(act.fields, "text", "turn")
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        turn = self.my_moment(scene, chair)[0]
        seating, table = self.at_turn(scene, chair, turn)
        over = turn >= self.turns_of(scene, chair)
        if over or table is None or not seating.types(table):
            raise Refused("nothing_to_answer_here")
        if whole(act.fields.get("turn", turn)) != turn:
            raise Refused("too_late_for_that")
        role = seating.roles(table, (turn, END)).get(chair, "")
        if not self.parts_now(scene, table.number) & set(lines.parts_of(role)):
            raise Refused("not_your_role")
        return lines.said(scene, mine, act, turn, table, role)


def is_not_right(answer: object) -> bool:
    """Whether a teller said that the summary is not right yet."""
    return answer in ("almost", "no")
