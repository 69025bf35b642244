"""Every page in every state, as pictures: `python -m tests.browser.pictures [--only PATTERN]`.

Writes pictures/ with an index.html to look through. Names: step--page--theme--language.png
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import html
import itertools
import json
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Error, Page

from tests.browser.browsers import LAPTOP, MINE, PHONE, WALL, Crowd, chromium, dress
from tests.browser.played import CARDS, MORE, Apart, Energy, Paired, Played, Round, Taps
from tests.server import Console, Phone, Server
from tests.server import step as part
from tests.test_trends import over_time, played
from tests.test_two_leads import HASTY, SHORT, Beside, a_round, invitation

HERE = Path("pictures")
SIZES = {"phone": PHONE, "console": PHONE, "desk": LAPTOP, "screen": WALL}
LANGS, THEMES = ("nl", "en"), ("light", "dark")
SETTLE = 900  # ms; some thirty pages take in a new view


@dataclass
class Album:
    """Where the pictures go, and which are wanted."""

    folder: Path
    only: str

    def wants(self, name: str) -> bool:
        """Whether this picture was asked for."""
        return not self.only or fnmatch.fnmatch(name, f"*{self.only}*")

    def opens(self, *parts: str) -> bool:
        """Whether any wanted picture can be of one of these parts: by the two digits in front."""
        asked = self.only.lstrip("*")[:2]
        return not asked.isdecimal() or asked in parts

    def take(self, page: Page, step: str, kind: str, lang: str, *, whole: bool = False) -> None:
        """This page in both themes."""
        for theme in THEMES:
            name = f"{step}--{kind}--{theme}--{lang}.png"
            if not self.wants(name):
                continue
            dress(page, theme)
            page.screenshot(path=self.folder / name, full_page=whole)

    def bind(self) -> int:
        """One page to look through them all."""
        steps: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.folder.glob("*.png")):
            steps[path.name.split("--")[0]].append(path.name)
        sheet = "".join(
            f"<h2 id='{step}'>{html.escape(step)}</h2><div>{''.join(map(figure, names))}</div>"
            for step, names in steps.items()
        )
        menu = " ".join(f"<a href='#{step}'>{html.escape(step)}</a>" for step in steps)
        (self.folder / "index.html").write_text(PAGE.format(menu=menu, sheet=sheet))
        return sum(map(len, steps.values()))


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title>
<style>body{{font:14px system-ui;margin:1rem;background:#888}}div{{display:flex;flex-wrap:wrap;gap:8px}}
figure{{margin:0;background:#fff;padding:4px}}img{{height:300px;display:block}}a{{margin-right:.6em;color:#000}}</style>
<nav>{menu}</nav>{sheet}</html>
"""


def figure(name: str) -> str:
    """One picture on the sheet."""
    return f"<figure><a href='{name}'><img loading='lazy' src='{name}' alt=''></a>{name.split('--', 1)[1][:-4]}</figure>"


class Visit:
    """One played conversation, seen on every page in both languages."""

    def __init__(
        self, crowd: Crowd, server: Server, album: Album, played: Played | None = None
    ) -> None:
        self.crowd, self.server, self.album = crowd, server, album
        self.played = played or Played(server)
        self.pages = {
            (kind, lang): self.open(kind, lang)
            for kind, lang in itertools.product(SIZES, LANGS)
            if kind != "phone" and self.wanted(kind, lang)
        }

    def wanted(self, kind: str, lang: str) -> bool:
        """Pages that no wanted picture shows are not opened."""
        only = self.album.only
        named = [one for one in SIZES if f"--{one}--" in only]
        return (not named or kind in named) and not any(
            only.endswith(f"--{one}.png") for one in LANGS if one != lang
        )

    def open(self, kind: str, lang: str) -> Page:
        """A page of this kind at where the conversation is now."""
        page = self.crowd.open(size=SIZES[kind], lang=lang)
        if kind == "phone":
            page.goto(self.crowd.address(f"/{self.played.code}"))
            return page
        door = "screen" if kind == "screen" else "console"
        page.goto(self.played.links[f"{door}_url"])
        page.locator("body[data-code]").wait_for()
        page.goto(self.crowd.address(f"/{self.played.code}/{door}?lang={lang}"))
        return page

    def everything(self) -> None:
        """Every step, with what one phone can go through in it."""
        for step in self.played.steps():
            if step == "00-lobby":
                self.pages |= {
                    ("phone", lang): self.open("phone", lang)
                    for lang in LANGS if self.wanted("phone", lang)
                }  # fmt: skip
            self.look(step)
            for lang in LANGS:
                if phone := self.pages.get(("phone", lang)):
                    for name, act in OWN.get(step, {}).items():
                        self.alone(phone, f"{step}-{name}", lang, act)
        self.end()

    def pass_by(self) -> None:
        """Every step, looked at and left alone."""
        for lang in LANGS:
            if self.wanted("phone", lang):
                self.pages["phone", lang] = self.open("phone", lang)
        for step in self.played.steps():
            self.look(step)

    def look(self, step: str) -> None:
        """What every page shows at this step."""
        if not any(self.album.wants(f"{step}--{k}--{t}--{g}.png")
                   for k, g in self.pages for t in THEMES):  # fmt: skip
            return
        next(iter(self.pages.values())).wait_for_timeout(SETTLE)
        for (kind, lang), page in self.pages.items():
            self.album.take(page, step, kind, lang)
        for name, (kinds, clicks) in OPENED.get(step, {}).items():
            for (kind, lang), page in self.pages.items():
                if kind in kinds:
                    self.unfold(page, f"{step}-{name}", kind, lang, clicks)

    def unfold(self, page: Page, name: str, kind: str, lang: str, clicks: tuple[str, ...]) -> None:
        """What is folded away on a console, or called up by a key; and away again."""
        if not any(self.album.wants(f"{name}--{kind}--{theme}--{lang}.png") for theme in THEMES):
            return
        with contextlib.suppress(Error):
            for one in clicks:
                if len(one) == 1:
                    page.keyboard.press(one)
                else:
                    page.locator(one).first.click(timeout=4000)
            if len(clicks[-1]) > 1:
                page.locator(clicks[-1]).first.scroll_into_view_if_needed()
        page.wait_for_timeout(SETTLE / 3)
        self.album.take(page, name, kind, lang)
        page.evaluate(
            "for (const it of document.querySelectorAll('details[open], dialog[open]')) it.open = false"
        )

    def alone(self, phone: Page, name: str, lang: str, act: Callable[[Page], None]) -> None:
        """What one phone shows after it did something."""
        if self.album.only and not any(
            self.album.wants(f"{name}--phone--{theme}--{lang}.png") for theme in THEMES
        ):
            return
        with contextlib.suppress(Error):
            act(phone)
        phone.wait_for_timeout(SETTLE)
        self.album.take(phone, name, "phone", lang)
        phone.context.set_offline(False)

    def end(self) -> None:
        """Sealed: the report, and what becomes of it."""
        paper_cards = f"/{self.played.code}/cards"
        for (kind, lang), page in list(self.pages.items()):
            if kind == "desk":
                page.goto(self.crowd.address(paper_cards + f"?lang={lang}"))
                self.album.take(page, "16-cards", kind, lang, whole=True)
        report, loop = self.played.papers()
        self.papers("13-closing-report", report)
        self.played.seal()
        self.papers("14-report", report)
        self.papers("15-loop", loop)
        self.doors(loop)

    def papers(self, step: str, path: str) -> None:
        """A page to read, on a phone and on a laptop."""
        for kind, lang in itertools.product(("phone", "desk"), LANGS):
            if not self.wanted(kind, lang):
                continue
            page = self.crowd.open(f"{path}?lang={lang}", SIZES[kind], lang=lang)
            self.album.take(page, step, kind, lang, whole=True)
            page.context.close()

    def doors(self, loop: str) -> None:
        """The front door for a visitor and for a facilitator, and what can go wrong there."""
        self.server.begin(title="Dagstart")
        for kind, lang in itertools.product(("phone", "desk"), LANGS):
            if not self.wanted(kind, lang):
                continue
            page = self.crowd.open("/", SIZES[kind], lang=lang)
            self.album.take(page, "17-home", kind, lang, whole=True)
            for step, path in (
                ("18-wrong-code", "/join?code=111111"), ("18-nothing-here", "/x/y/z"),
                ("18-over", f"/{self.played.code}"), ("18-no-key", f"/{self.played.code}/cards"),
            ):  # fmt: skip
                page.goto(self.crowd.address(path))
                self.album.take(page, step, kind, lang)
            page.goto(self.crowd.address(f"/?host={self.server.key}"))
            self.album.take(page, "17-home-host", kind, lang, whole=True)
            page.goto(self.crowd.address(loop))
            page.locator(".deal summary").first.click()
            self.album.take(page, "15-loop-host", kind, lang, whole=True)
            page.context.close()


class Grouped(Played):
    """A conversation in which cards are laid together."""

    def __init__(self, server: Server) -> None:
        agenda = [part("cards", "ideas"), part("groups", "themes", takes=["cards"])]
        self.links = server.begin(agenda=agenda, title="Werkoverleg lijn 2")
        self.server, self.code, self.people = server, self.links["code"], 6
        self.lead = Console(server, self.links)
        self.phones = [Phone(server, self.code) for _ in range(self.people)]

    def steps(self) -> Iterator[str]:
        self.lead.must("open", activity="groups")
        yield "19-group-empty"
        self.lead.must("undo")
        self.lead.must("open", activity="cards")
        self.put_down(CARDS + MORE)
        self.lead.must("show")
        self.lead.must("open", activity="groups")
        yield "19-group-loose"
        loose = PICK.findall(str(self.lead.join()["html"]))
        self.lead.must("group", ids=loose[:4], called="De overdracht")
        self.lead.must("same", id=loose[1], **{"as": loose[0]})
        self.lead.must("group", ids=loose[4:6])
        yield "19-group-some"
        for card in loose[6:]:
            self.lead.must("add", id=card, group="g002")
        yield "19-group-all"
        self.lead.must("next")
        yield "19-group-shown"


class Listened(Visit):
    """A listening round: its first turn on every page, the others on phones, so that each role
    is seen in each part."""

    def __init__(
        self, crowd: Crowd, server: Server, album: Album, played: Played | None = None
    ) -> None:
        super().__init__(crowd, server, album, played or Round(server))

    def pass_by(self) -> None:
        for lang in LANGS:
            if self.wanted("phone", lang):
                self.pages["phone", lang] = self.open("phone", lang)
        everybody = dict(self.pages)
        for step in self.played.steps():
            phones = {k: page for k, page in everybody.items() if k[0] == "phone"}
            self.pages = phones if step.startswith(PHONES_ALONE) else everybody
            self.look(step)
            if step.endswith("-asked"):
                for page in phones.values():
                    page.locator("#more-of-me > summary").click()
                    for one in LANGS:  # so that they may sit together
                        page.locator(f"#own [name='languages[{one}]']").check()
                    page.locator("#own button[value=yes]").click()
                    page.locator("#own .state").wait_for()


class Shared(Visit):
    """Pairs among whom two and three share a phone, somebody interprets and who leads joins in."""

    SAID: ClassVar[dict[str, str]] = {
        "two": "[name=people][value='2']", "three": "[name=people][value='3']",
        "interprets": "[name=interprets]",
    }  # fmt: skip

    def pass_by(self) -> None:
        phones = {(who, lang): self.open("phone", lang) for who in self.SAID for lang in LANGS}
        for step in self.played.steps():
            self.look(step)
            for (who, lang), page in phones.items():
                if step.endswith("-asked"):
                    self.join(page, who, lang, step)
                else:
                    self.album.take(page, f"{step}-{who}", "phone", lang)

    def join(self, page: Page, who: str, lang: str, step: str) -> None:
        """They say what they are, and take part."""
        page.locator("#more-of-me > summary").click()
        page.locator(f"#own {self.SAID[who]}").check()
        self.album.take(page, f"{step}-{who}", "phone", lang, whole=True)
        page.locator("#own button[value=yes]").click()
        page.locator("#own .state").wait_for()


class Distant(Visit):
    """A round of people who are somewhere else, on phones."""

    def __init__(self, crowd: Crowd, server: Server, album: Album, types: bool) -> None:
        super().__init__(crowd, server, album, Apart(server, types))
        self.types = types

    def pass_by(self) -> None:
        for lang in LANGS:
            self.pages["phone", lang] = self.open("phone", lang)
        everybody = dict(self.pages)
        for step in self.played.steps():
            phones = {k: page for k, page in everybody.items() if k[0] == "phone"}
            self.pages = phones if step.startswith(PHONES_ALONE) else everybody
            self.look(step)
            if step.endswith("-asked"):
                self.join(step)
            if step == "30-apart-tables":
                self.links(step)
            if self.types and step.rpartition("-")[2] in TYPED:
                self.write(step)

    def phones(self) -> list[tuple[str, Page]]:
        """The phones that are looked at, by language."""
        return [(lang, page) for (kind, lang), page in self.pages.items() if kind == "phone"]

    def join(self, step: str) -> None:
        """Both say more of themselves, and take part."""
        for lang, page in self.phones():
            page.locator("#more-of-me > summary").click()
            page.locator("#own [name=side][value=remote]").check()
            if self.types:
                page.locator("#own [name=by][value=text]").check()
                for one in LANGS:
                    page.locator(f"#own [name='languages[{one}]']").check()
            self.album.take(page, f"{step}-more", "phone", lang, whole=True)
            page.locator("#own button[value=yes]").click()
            page.locator("#own .state").wait_for()

    def links(self, step: str) -> None:
        """Where the links are given."""
        for (kind, lang), page in self.pages.items():
            if kind == "console":
                page.locator("#call-link > summary").click()
                page.locator("#call-link button").scroll_into_view_if_needed()
                self.album.take(page, f"{step}-links", kind, lang)

    def write(self, step: str) -> None:
        """Whoever may write now does."""
        for _, page in self.phones():
            box = page.locator("#own .typed textarea:visible")
            if box.count():
                box.fill(TYPED[step.rpartition("-")[2]])
                page.locator("#own .typed button:visible").click()
                page.locator("#own .typed:not([hidden]) li.mine-too").last.wait_for()
        self.look(f"{step}-written")


TYPED = {
    "tell": "Vorige week ging de band stil. Niemand wist wie er moest bellen.",
    "sum": "Dus voor jou is het vooral: niemand was van de storing.",
    "ask": "Wat deed dat met je?", "fb": "Dat je het in één zin zei, hielp.",
}  # fmt: skip


class Energised(Visit):
    """An energy check, with what one phone goes through in it."""

    def look(self, step: str) -> None:
        super().look(step)
        if step == "25-energy":
            for name, value in (("second", "2"), ("where", "4")):
                for lang in LANGS:
                    if phone := self.pages.get(("phone", lang)):
                        self.alone(phone, f"{step}-{name}", lang, tap(value))


class Unled(Visit):
    """A round that nobody leads any more, and the code for whoever takes over."""

    def __init__(self, crowd: Crowd, server: Server, album: Album) -> None:
        self.crowd, self.server, self.album = crowd, server, album

    def pass_by(self) -> None:
        links = self.server.begin(agenda=a_round(SHORT), title="Werkoverleg lijn 2")
        leads = [Console(self.server, links)]
        leads.append(Beside(self.server, links, invitation(leads[0])))
        leads[0].join()
        leads[0].must("next")
        phone = self.crowd.open(f"/{links['code']}", PHONE)
        for one in leads:
            one.break_line()
        phone.locator("#view > .calm").wait_for()
        self.album.take(phone, "32-unled", "phone", "nl")
        for lang in LANGS:
            page = self.crowd.open(f"/?host={self.server.key}", WALL, lang=lang)
            page.goto(self.crowd.address(f"/{links['code']}/screen?lang={lang}"))
            self.album.take(page, "32-unled", "screen", lang)
            page.locator("form[action$=take-over] button").click()
            page.locator(".take-over .big-qr").wait_for()
            self.album.take(page, "32-take-over", "screen", lang)
        for one in leads:
            one.close()


class Helped:
    """Who helps to lead, and what stands beside the conversation."""

    def __init__(self, crowd: Crowd, server: Server, album: Album) -> None:
        self.crowd, self.server, self.album = crowd, server, album

    def pass_by(self) -> None:
        links = self.server.begin(agenda=[WRITE], title="Werkoverleg lijn 2")
        code, lead = links["code"], Console(self.server, links)
        people = [Phone(self.server, code) for _ in range(6)]
        for n, phone in enumerate(people):
            phone.act("add", lane="concern", text=f"De kar bij deur {n} staat in de weg")
        pages = {
            (role, lang): self.helper(invitation(lead, role=role), lang)
            for role in ("moderator", "remote") for lang in LANGS
        }  # fmt: skip
        lead.must("open", activity=HANDS)
        for n, phone in enumerate(people):
            raised = {"signal": "slower" if n == 1 else "help" if n == 2 else "hand"}
            act = {"activity": HANDS, "id": f"h{n}", "name": "raise", "fields": raised}
            phone.join(about={"side": "remote" if n == 0 else "room"})
            phone.ask("act", act)
        self.look(links, "33-hands")
        lead.join()
        lead.must("lock")
        for (role, lang), page in pages.items():
            page.wait_for_timeout(SETTLE)
            self.album.take(page, f"33-{role}", "console", lang)
        for one in (lead, *people):
            one.close()

    def helper(self, link: str, lang: str) -> Page:
        """A phone that scanned a code for a part of leading."""
        page = self.crowd.open(size=PHONE, lang=lang)
        page.goto(link)
        page.locator("body.console.live").wait_for()
        return page

    def look(self, links: dict[str, str], step: str) -> None:
        """The same from all sides; on a phone also what opens, and what was raised."""
        for kind, lang in itertools.product(SIZES, LANGS):
            page = self.crowd.open(size=SIZES[kind], lang=lang)
            door = {"phone": "", "desk": "/console"}.get(kind, f"/{kind}")
            if kind != "phone":
                page.goto(links["screen_url" if kind == "screen" else "console_url"])
                page.locator("body[data-code]").wait_for()
            page.goto(self.crowd.address(f"/{links['code']}{door}?lang={lang}"))
            self.album.take(page, step, kind, lang)
            if kind == "phone":
                page.locator("#signals > summary").click()
                self.album.take(page, f"{step}-open", kind, lang)
                page.locator("#signals button").first.click()
                page.locator(".raised button").wait_for()
                self.album.take(page, f"{step}-raised", kind, lang)
            page.context.close()


class Doors:
    """Pages that stand by themselves: a series over time, its fixed door, my listening card."""

    def __init__(self, crowd: Crowd, server: Server, album: Album) -> None:
        self.crowd, self.server, self.album = crowd, server, album

    def pass_by(self) -> None:
        titles = ("Weekstart lijn 2",) * 3
        last = [played(self.server, title, *counts) for title, counts in zip(
            titles, ((2, 6), (4, 0), (7, 1)), strict=True)][-1]  # fmt: skip
        trend = over_time(self.server, last)
        door = trend.removesuffix("/trend")
        report = f"/r/{self.server.entered(last['code'])['report_key']}"
        for kind, lang in itertools.product(("phone", "desk"), LANGS):
            page = self.crowd.open(f"/?host={self.server.key}", SIZES[kind], lang=lang)
            for step, path in (
                ("41-trend", trend), ("41-report", report), ("42-door-waiting", door),
                ("42-door-poster", f"{door}/poster"), ("40-card-empty", "/mine/listening"),
            ):  # fmt: skip
                page.goto(self.crowd.address(f"{path}?lang={lang}"))
                self.album.take(page, step, kind, lang, whole=True)
            page.evaluate("kept => localStorage.setItem('listening-card', kept)", json.dumps(CARD))
            page.reload()
            self.album.take(page, "40-card", kind, lang, whole=True)
            page.locator("#wipe-card summary").click()
            self.album.take(page, "40-card-wipe", kind, lang, whole=True)
            page.context.close()


#: A card that grew over two rounds.
CARD = [{"round": "1/a", "on": "2026-01-05", "turns": 1, "tallied": {"advice": 6, "open": 1},
         "said": {"silence": "no", "asked": "no", "step": "Eerst tot drie tellen"}},
        {"round": "2/a", "on": "2026-02-05", "turns": 1, "tallied": {"advice": 2, "open": 4},
         "said": {"silence": "yes", "asked": "partly", "step": "Vragen wat het met iemand doet"}}]  # fmt: skip

LEADS = ("console", "desk")
HANDS = "beside.hand_up"
WRITE = part("cards", "ideas", question={"nl": "Wat kan beter?", "en": "What could be better?"})
#: What is folded away, by the step in which it is looked at: on which pages, and what is pressed.
OPENED: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "00-lobby": {
        "menu": (LEADS, ("#menu > summary",)),
        "leaders": (LEADS, ("#menu > summary", "#leaders > summary", "#leaders form button")),
        "keys": (("screen",), ("?",)),
    },
    "02-write-many": {"menu": (("console",), ("#menu > summary",))},
    "05-sort": {
        "park": (LEADS, (".slip details:nth-of-type(1) summary",)),
        "paper": (LEADS, ("#ideas-paper > summary",)),
    },
    "07-vote-locked": {"hands": (LEADS, ("#vote-hands > summary",))},
    "09-check-said": {"hands": (LEADS, ("#summary-hands > summary",))},
    "11-agree-one": {"add": (LEADS, ("#promise-add > summary",))},
    "20-listening-asked": {
        "sound": (LEADS, ("#hearing > summary",)),
        "settings": (LEADS, ("#listening-settings > summary",)),
    },
    "20-listening-tables": {"move": (LEADS, (".at-table > summary",))},
    "20-turn-1-1-tell": {
        "table": (LEADS, (".at-table > summary",)),
        "mix": (LEADS, ("#listening-mix > summary",)),
        "tip": (LEADS, ("#listening-tip > summary",)),
        "stop": (LEADS, ("#listening-stop > summary",)),
    },
}  # fmt: skip

#: Steps in which only phones show what was not seen before.
PHONES_ALONE = ("20-turn-2", "20-turn-3", "22-three-", "30-apart-1", "31-typing-1", "31-typing-2")
PICK = re.compile(r'id="pick-(\w+)"')


# -- what one phone goes through


def write(text: str, lane: str = "concern") -> Callable[[Page], None]:
    """Put down one card."""

    def act(page: Page) -> None:
        page.locator(f".lanes label:has(input[value={lane}])").click()
        page.locator("#idea").fill(text)
        page.locator("form[data-act=add] button").click()
        page.locator(MINE, has_text=text[:20]).wait_for()

    return act


def typing(page: Page) -> None:
    page.locator("#idea").fill("Als de heftruck achteruit rijdt, hoor je niets. " * 5)


def changing(page: Page) -> None:
    page.locator("#idea").fill("")
    page.locator(MINE).first.click()
    page.locator("form.change").scroll_into_view_if_needed()


def passing(page: Page) -> None:
    page.locator("form.change [type=reset]").click()
    page.locator("#skip summary").click()


def refused(page: Page) -> None:
    page.locator("#idea").fill("   ")
    page.locator("form[data-act=add] button").click()
    page.locator("[data-refusal]:visible").first.wait_for()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#idea").fill("Zonder lijn getypt")
    page.evaluate(
        "document.querySelector('#connection').textContent = document.querySelector('#connection').dataset.offline"
    )
    page.evaluate("document.querySelector('#connection').hidden = false")


def promise(page: Page) -> None:
    page.locator("#promise > summary").click()
    page.locator("#betrays summary").click()


def unpromise(page: Page) -> None:
    page.locator("#promise > summary").click()


def stones(page: Page) -> None:
    for n in range(2):
        page.locator('[data-card] [data-step="1"]').nth(n).click()
    page.locator("#own .state").wait_for()


def tap(value: str) -> Callable[[Page], None]:
    """One tap on a choice of mine."""
    return lambda page: page.locator(f"#own button[value='{value}']").click()


OWN: dict[str, dict[str, Callable[[Page], None]]] = {
    "01-welcome": {"promise": promise, "promise-shut": unpromise},
    "02-write-few": {
        "typing": typing, "one": write("De heftruck achteruit hoor je niet"), "more": write("Twee", "idea"),
        "change": changing, "passed": passing, "refused": refused, "offline": offline,
    },
    "04-choose": {"mine": lambda page: page.locator("#own [aria-pressed=false]").first.click()},
    "07-vote": {"mine": stones},
    "09-check": {"mine": tap("almost")},
    "12-taps": {"second": tap("4"), "done": tap("5")},
}  # fmt: skip


@contextlib.contextmanager
def house(*program: str) -> Iterator[tuple[Crowd, Server]]:
    """A server and a Chromium for the pictures alone."""
    with Server(program=program or ("wsgi.py",)) as server, chromium() as browser:
        crowd = Crowd(browser, server)
        try:
            yield crowd, server
        finally:
            crowd.close()


def go_round(album: Album, crowd: Crowd, server: Server) -> None:
    """All that is looked at, but what no wanted picture shows."""
    if album.opens(*(f"{n:02}" for n in range(19))):
        Visit(crowd, server, album).everything()
    for parts, played_part in ((("19",), Grouped), (("23", "24"), Taps)):
        if album.opens(*parts):
            Visit(crowd, server, album, played_part(server)).pass_by()
    for part_of_it, low in (("25", False), ("26", True)):
        if album.opens(part_of_it):
            Energised(crowd, server, album, Energy(server, low)).pass_by()
    if album.opens("20"):
        Listened(crowd, server, album).pass_by()
    for part_of_it, types in (("30", False), ("31", True)):
        if album.opens(part_of_it):
            Distant(crowd, server, album, types).pass_by()
    for part_of_it, people in (("21", 7), ("22", 1)):
        if album.opens(part_of_it):
            Listened(crowd, server, album, Paired(server, people)).pass_by()
    if album.opens("25"):
        Shared(crowd, server, album, Paired(server, 4, helped=True)).pass_by()
    if album.opens("33"):
        Helped(crowd, server, album).pass_by()
    if album.opens("40", "41", "42"):
        Doors(crowd, server, album).pass_by()


def main() -> None:
    """Take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--only", default="", help="part of a name, * allowed: 08-*--screen--")
    asked.add_argument("--into", type=Path, default=HERE)
    wish = asked.parse_args()
    if not wish.only:
        shutil.rmtree(wish.into, ignore_errors=True)
    wish.into.mkdir(parents=True, exist_ok=True)
    began, album = time.monotonic(), Album(wish.into, wish.only)
    with house() as (crowd, server):
        go_round(album, crowd, server)
    if album.opens("32"):
        with house("-c", HASTY) as (hasty, server):
            Unled(hasty, server, album).pass_by()
    count = album.bind()
    print(f"{count} pictures in {wish.into}/index.html, {time.monotonic() - began:.0f} s")
    for said in sorted(set(crowd.trouble)):
        print("the browser said:", said[:200])


if __name__ == "__main__":
    main()
