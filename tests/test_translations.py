"""The words: every English sentence on a page or in a refusal has its Dutch one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from facilitator.domain.activity import Refused
from facilitator.web.sentences import SENTENCES, sentence_for

ROOT = Path(__file__).parents[1]
DUTCH = ROOT / "facilitator" / "translations" / "nl"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
BANNED = re.compile(r"\b(oeps|feedback|input|stakeholders?)\b", re.I)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
LONGEST = 15  # words in a sentence

catalogues = sorted(DUTCH.glob("*.po"))
every_catalogue = pytest.mark.parametrize("path", catalogues, ids=lambda path: path.stem)
templates = sorted((ROOT / "templates").rglob("*.html"))


def forms(message):
    """A message's texts: one, or singular and plural."""
    return message if isinstance(message, tuple | list) else (message,)


@cache
def catalogue(path):
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def spoken(path):
    """The messages of one catalogue, without its header."""
    return [message for message in catalogue(path) if message.id]


def dutch():
    return {forms(message.id)[0]: message for path in catalogues for message in spoken(path)}


def asked(path):
    """Every message that a file asks for."""
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    options = {"extensions": "jinja2.ext.do", "silent": "false",
               "trim_blocks": "true", "lstrip_blocks": "true"}  # fmt: skip
    found = extract_from_file(
        method, path, keywords=KEYWORDS, options=options if path.suffix == ".html" else {}
    )
    return [forms(message) for _, message, _, _ in found]


@pytest.mark.parametrize("path", templates, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_on_a_page_is_dutch_too(path):
    known = dutch()
    assert [message[0] for message in asked(path) if message[0] not in known] == []


@pytest.mark.parametrize("path", templates, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_plural_on_a_page_is_a_plural_in_dutch(path):
    known = dutch()
    for message in asked(path):
        if len(message) > 1 and message[0] in known:
            assert forms(known[message[0]].id)[:2] == message[:2]


def test_every_refusal_is_dutch_too():
    asked_for = {message[0] for message in asked(ROOT / "facilitator/web/sentences.py")}
    assert asked_for == set(SENTENCES.values())
    assert asked_for - set(dutch()) == set()


def refusals():
    """Every refusal that the code can give: its code, and the details that come along."""
    for path in sorted((ROOT / "facilitator").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                code = node.args[0]
                assert isinstance(code, ast.Constant), f"{path}: {ast.unparse(node)}"
                yield code.value, {keyword.arg for keyword in node.keywords}


def test_every_refusal_has_a_sentence_and_every_sentence_its_details():
    given = list(refusals())
    assert len(given) > 30
    for code, details in given:
        assert code in SENTENCES, code
        needed = set(re.findall(r"%\((\w+)\)", SENTENCES[code]))
        assert needed <= details, code


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_refusal_is_said_with_its_numbers(lang):
    assert "7" in sentence_for(Refused("none_left", most=7), lang)
    assert "%" not in sentence_for(Refused("too_many_dots", dots=3), lang)
    assert sentence_for(Refused("never_heard_of"), lang) == sentence_for(Refused("trouble"), lang)


@every_catalogue
def test_nothing_is_left_open_or_doubtful(path):
    for message in spoken(path):
        assert not message.fuzzy, message.id
        assert all(forms(message.string)), message.id
    assert not catalogue(path).obsolete


@every_catalogue
def test_placeholders_survive_the_translation(path):
    for message in spoken(path):
        plural = forms(message.id)[-1]
        wanted = set(PLACEHOLDER.findall(plural))
        assert set(PLACEHOLDER.findall(forms(message.string)[-1])) == wanted, plural
        for said in forms(message.string):
            assert set(PLACEHOLDER.findall(said)) <= wanted, said
            assert not re.search(r"%(?![(%])", said) or not wanted, said


@every_catalogue
def test_no_word_that_the_shop_floor_does_not_use(path):
    said = [text for message in spoken(path) for text in forms(message.string)]
    assert [text for text in said if BANNED.search(text)] == []
    assert [text for text in said if re.search(r"\b(u|uw)\b", text, re.I)] == [], "we say je"


@every_catalogue
def test_sentences_are_short(path):
    for message in spoken(path):
        for text in forms(message.string):
            for sentence in re.split(r"(?<=[.?!:])\s", text):
                assert len(sentence.split()) <= LONGEST, sentence


def test_one_english_sentence_has_one_dutch_one():
    said: dict[tuple, set] = {}
    for path in catalogues:
        for message in spoken(path):
            said.setdefault(forms(message.id), set()).add(forms(message.string))
    assert {english: all_ways for english, all_ways in said.items() if len(all_ways) > 1} == {}
