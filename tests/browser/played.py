"""The short conversation, played by six phones that are not looked at. No tests here.

for step in Played(server).steps():
    ...  # every page now stands at this step
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

from tests.server import SLIP_ID, Console, Phone, Server, ballot_ids
from tests.server import step as part

TOPIC = "De overdracht tussen de ploegen"
CARDS = (
    ("concern", "De overdracht is te kort. Ik hoor niet wat er stuk is."),
    ("idea", "Eén bord per lijn met wat er speelt"),
    ("concern", "Het rooster komt pas op vrijdag, en thuis moet ik ook plannen. "
                "Vorige maand wist ik het twee keer pas op zondagavond."),
    ("idea", "Begin de dienst samen, vijf minuten"),
    ("concern", "Gereedschap ligt niet op zijn plek"),
    ("idea", "Koffie"),
)  # fmt: skip
MORE = (
    ("concern", "Nobody tells us about changed orders"), ("idea", "Een bel bij de poort"),
    ("concern", "In hal 3 is het 's ochtends 9 graden. Jassen helpen niet bij fijn werk aan de "
                "kleine onderdelen, en wie dat zegt, hoort dat de verwarming duur is."),
    ("idea", "Handschoenen in alle maten"), ("concern", "Jan luistert nooit"),
    ("concern", "Arbeidsongeschiktheidsverzekeringsvoorwaarden zijn onleesbaar"),
)  # fmt: skip
PROMISES = (
    {"side": "we", "what": "Tien minuten overdracht aan het bord, elke wissel",
     "who": "Ploeg A en B", "by": "2030-01-15", "first_step": "Bord ophangen bij lijn 2"},
    {"side": "management", "what": "Het rooster hangt er op woensdag",
     "who": "Samira, planning", "by": "2030-02-01", "first_step": "Bellen met het uitzendbureau"},
)  # fmt: skip


class Played:
    """One conversation of six phones, ready to be stepped through."""

    def __init__(self, server: Server, lang: str = "nl", people: int = 6) -> None:
        self.links = server.begin(
            format="werkvloergesprek-30", preset="kort", title="Werkoverleg lijn 2",
            topic=TOPIC, lang=lang, ready=False,
        )  # fmt: skip
        self.server, self.code, self.people = server, self.links["code"], people
        self.lead = Console(server, self.links)
        self.phones: list[Phone] = []

    def close(self) -> None:
        """Hang up."""
        for one in (self.lead, *self.phones):
            one.close()

    def steps(self) -> Iterator[str]:
        """Every step of the conversation by its name, once it is there."""
        yield "00-lobby-empty"
        self.phones = [Phone(self.server, self.code) for _ in range(self.people)]
        yield "00-lobby"
        self.lead.must("next")
        yield "01-welcome"
        yield from self.write()
        self.lead.must("next")
        yield "03-neighbours"
        yield from self.table()
        yield from self.vote()
        yield from self.check()
        yield from self.agree()
        yield from self.end()

    def write(self) -> Iterator[str]:
        self.lead.must("next")
        yield "02-write-empty"
        self.put_down(CARDS[:2])
        yield "02-write-few"
        self.lead.must("qr", large="true")
        yield "02-write-qr"
        self.lead.must("qr", large="")
        self.lead.must("pause")
        yield "02-write-break"
        self.lead.must("resume")
        self.put_down(CARDS[2:] + MORE)
        yield "02-write-many"

    def put_down(self, cards: tuple[tuple[str, str], ...]) -> None:
        """Everybody in turn writes a card."""
        for n, (lane, text) in enumerate(cards):
            self.did(n, "add", "cards", lane=lane, text=text)

    def did(self, who: int, name: str, activity: str, **fields: Any) -> None:
        """An act that has to succeed."""
        phone = self.phones[who % self.people]
        answer = phone.send(phone.an_act(name, fields, activity))
        assert "refused" not in answer, (name, fields, answer)

    def table(self) -> Iterator[str]:
        self.lead.must("next")
        yield "04-choose"
        for phone in self.phones:
            for card in list(phone.cards())[:2]:
                self.did(self.phones.index(phone), "choose", "table", id=card)
        self.lead.must("next")
        yield "05-sort"
        ids = self.slips()
        self.lead.must("park", id=ids[0], reason="not_now")
        self.lead.must("remove", id=ids[1], reason="name")
        yield "05-sort-done"
        self.lead.must("next")
        yield "06-show"
        self.lead.must("enlarge", id=self.slips()[0])
        yield "06-show-large"
        self.lead.must("enlarge", id="")

    def slips(self) -> list[str]:
        """The ids of the cards on the console."""
        html = str(self.lead.join()["html"])
        return list(dict.fromkeys(one for one in SLIP_ID.findall(html) if one))

    def vote(self) -> Iterator[str]:
        self.lead.must("next")
        yield "07-vote"
        ids = ballot_ids(str(self.phones[0].join()["html"]))
        for n in range(self.people - 1):
            self.did(n, "cast", "stones", choices={ids[0]: 1, ids[1 + n % 2]: 1})
        yield "07-vote-some"
        self.lead.must("lock")
        yield "07-vote-locked"
        self.lead.must("next")
        yield "08-vote-result"
        self.did(0, "missing", "stones", text="De vrachtwagens voor de poort")
        self.lead.must("show_missing")
        yield "08-vote-missing"

    def check(self) -> Iterator[str]:
        self.lead.must("next")
        yield "09-check"
        self.lead.must("said", text="Jullie willen weten wat er stuk is voordat je begint.")
        yield "09-check-said"
        for n in range(self.people):
            self.did(n, "say", "understood", answer="almost" if n == 1 else "right")
        self.lead.must("next")
        yield "10-check-result"

    def agree(self) -> Iterator[str]:
        self.lead.must("next")
        yield "11-agree-empty"
        self.lead.must("promise", **PROMISES[0])
        yield "11-agree-one"
        self.lead.must("promise", **PROMISES[1])
        self.lead.must("later", until="2030-03-01", reason="Eerst de overdracht")
        yield "11-agree-two"

    def end(self) -> Iterator[str]:
        self.lead.must("next")
        yield "12-taps"
        for n in range(self.people):
            for item in ("heard", "followed"):
                self.did(n, "answer", "taps", item=item, value=str(3 + n % 3))
        yield "12-taps-done"
        self.lead.must("close")
        yield "13-closing"

    def seal(self) -> None:
        """The end: only the report is left."""
        self.lead.must("seal")

    def papers(self) -> tuple[str, str]:
        """The addresses of the report, and of the page on what becomes of it."""
        host = self.server.host()
        report = host.get(self.links["results_url"], timeout=10)
        loop = re.search(r'href="?(/l/[\w-]+)', report.text)
        assert loop, report.status_code
        return report.url.removeprefix(self.server.url), loop[1]


class Taps(Played):
    """A check-in and a poll: one tap each."""

    def __init__(self, server: Server) -> None:
        shifts = [{"nl": "Vroege dienst", "en": "Early shift"}, {"nl": "Late dienst", "en": "Late shift"},
                  {"nl": "Maakt niet uit", "en": "Either is fine"}]  # fmt: skip
        agenda = [part("energy", "checkin", word=True), part("when", "poll", options=shifts)]
        agenda[0]["question"] = {"nl": "Hoe vol is je accu?", "en": "How full is your battery?"}
        agenda[1]["question"] = {"nl": "Wanneer praten we verder?", "en": "When do we go on?"}
        self.links = server.begin(agenda=agenda, title="Werkoverleg lijn 2")
        self.server, self.code, self.people = server, self.links["code"], 8
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        yield "23-checkin"
        for n, word in enumerate(
            ("rustig", "moe", "nieuwsgierig", "", "koffie", "druk", "prima", "")
        ):
            self.did(n, "choose", "energy", value=str(1 + n % 5), word=word)
        self.lead.must("show")
        yield "23-checkin-shown"
        self.lead.must("next")
        yield "24-poll"
        for n in range(self.people):
            self.did(n, "choose", "when", option=str(1 + n % 5 // 2))
        self.lead.must("show")
        yield "24-poll-shown"


class Energy(Played):
    """An energy check: two questions on two sides, a breath, what fits, and the same once more;
    or before listening, with little energy."""

    def __init__(self, server: Server, low: bool = False) -> None:
        known = {"format": "luisterronde-trio"} if low else {"format": "energiecheck"}
        self.links = server.begin(**known, preset="standaard", title="Werkoverleg lijn 2")
        self.server, self.code, self.people, self.low = server, self.links["code"], 12, low
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        if self.low:
            for n in range(self.people):
                self.did(n, "choose", "energy", value=str(1 + n % 5 // 2))
            self.lead.must("show")
            yield "26-low"
            self.lead.must("breathe")
            time.sleep(LOOKED_UP)
            yield "26-low-breath"
            return
        yield "25-energy"
        self.answer(7, 3)
        self.lead.must("show")
        yield "25-energy-sides"
        self.lead.must("next")
        yield "25-energy-soon"
        time.sleep(LOOKED_UP)
        yield "25-energy-breath"
        self.lead.must("next")
        yield "25-energy-fits"
        for n in range(self.people):
            self.did(n, "choose", "fits", option=str(1 + n % 4 // 2))
        self.lead.must("show")
        yield "25-energy-fits-shown"
        self.lead.must("open", activity="again")
        self.answer(3, 1, "again")
        self.lead.must("show")
        yield "25-energy-again"

    def answer(self, by: int, also: int, item: str = "battery") -> None:
        """Everybody answers both; half of them are somewhere else."""
        for n in range(self.people):
            self.did(n, "choose", item, value=str(1 + n * by % 5))
            self.did(n, "choose", item, value=str(5 - n * also % 4), scale="second")
            if item == "battery" and n % 2:
                self.did(n, "where", item, side="remote")


LOOKED_UP = 6  # seconds; the breath has begun

MOMENT = {"nl": "Vertel over een moment op je werk dat je bijblijft.",
          "en": "Tell about a moment at work that stays with you."}  # fmt: skip
TALK = ("land", "tell", "sum", "check", "ask", "fb")


class Round(Played):
    """Nine people at three tables, two of whom are looked at."""

    def __init__(self, server: Server) -> None:
        listening = part("l", "listening", lengths=dict.fromkeys(TALK, 180.0))
        listening |= {"question": MOMENT, "title": {"nl": "Luisterronde", "en": "Listening round"}}
        self.links = server.begin(agenda=[listening], title="Werkoverleg lijn 2", ready=False)
        self.server, self.code, self.people = server, self.links["code"], 7
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        self.lead.must("next")
        yield "20-listening-asked"
        for phone in self.phones:
            phone.act("join", languages="nl,en")
        yield "20-listening-joined"
        self.lead.must("next")
        self.phones[0].act("ready")
        yield "20-listening-tables"
        self.lead.must("next")
        for turn in (1, 2, 3):
            for name in TALK:
                if (turn, name) == (1, "sum"):
                    self.phones[1].act("help", reason="tension")
                for phone in self.phones if name in ("check", "fb") else ():
                    phone.act("check", answer="almost" if turn == 2 else "right")
                    phone.act("heard", value="4")
                yield f"20-turn-{turn}-{TALK.index(name)}-{name}"
                self.lead.must("skip", force=True)
        yield "20-listening-over"
        self.lead.must("next")
        for panel in range(4):
            self.lead.must("panel", n=panel)
            yield f"20-looking-{panel + 1}"


class Paired(Played):
    """Pairs at tables, with two more people who are looked at: an odd number makes one trio."""

    def __init__(
        self, server: Server, people: int = 7, find: str = "table", *, helped: bool = False
    ) -> None:
        asked = {"nl": "Vertel het verhaal achter één briefje.",
                 "en": "Tell the story behind one card."}  # fmt: skip
        pairs = part("p", "pairs", find=find, tell=180.0, sum_up=180.0, choose=180.0)
        pairs |= {"question": asked, "title": {"nl": "In duo's", "en": "In pairs"}, "minutes": 15}
        self.links = server.begin(agenda=[pairs], title="Werkoverleg lijn 2", ready=False)
        self.server, self.code, self.people = server, self.links["code"], people
        self.name = "25-helped" if helped else "21-pairs" if people > 1 else "22-three"
        self.helped = helped
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        self.lead.must("next")
        yield f"{self.name}-asked"
        for phone in self.phones:
            phone.act("join", languages="nl,en")
        yield f"{self.name}-joined"
        if self.helped:
            self.lead.must("join_in", on="yes", languages="nl,en")
        self.lead.must("call", link="https://call.example/team")
        self.lead.must("next")
        self.phones[0].act("ready")
        yield f"{self.name}-tables"
        self.lead.must("next")
        for n, name in enumerate(("tell_1", "sum_1", "tell_2", "sum_2", "choose")):
            if name == "sum_1":
                self.phones[0].act("help", reason="technique")
            if name == "tell_2":
                self.lead.must("pause")
                yield f"{self.name}-break"
                self.lead.must("resume")
            yield f"{self.name}-{n}-{name}"
            self.end_part()
        yield f"{self.name}-over"

    def end_part(self) -> None:
        """The part that is on ends as soon as it can: in five seconds."""
        self.lead.must("extend", seconds=-180)
        time.sleep(5.5)


class Apart(Round):
    """A round of people who are somewhere else: two who are looked at and four who are not. They
    call each other, or the two of them type."""

    def __init__(self, server: Server, types: bool) -> None:
        self.types = types
        listening = part("l", "listening", size=2, lengths=dict.fromkeys(TALK, 180.0))
        listening |= {"question": MOMENT, "title": {"nl": "Luisterronde", "en": "Listening round"}}
        self.links = server.begin(agenda=[listening], title="Werkoverleg lijn 2", ready=False)
        self.server, self.code, self.people = server, self.links["code"], 4
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        name = "31-typing" if self.types else "30-apart"
        self.lead.must("next")
        yield f"{name}-asked"
        for n, phone in enumerate(self.phones):
            phone.act("join", side="remote", languages="nl" if n % 2 else "en")
        self.lead.must("next")
        yield f"{name}-no-link"
        self.lead.must("call", link="https://meet.example/kamer-{n}")
        yield f"{name}-tables"
        self.lead.must("next")
        for turn in (1, 2):
            for part_of_turn in TALK:
                yield f"{name}-{turn}-{TALK.index(part_of_turn)}-{part_of_turn}"
                self.lead.must("skip", force=True)
            if not self.types:
                break
        if not self.types:
            for phone in self.phones:
                phone.close()
            time.sleep(17)
            yield f"{name}-missing"
