"""The ready-made conversations: whole, in two languages, in sentences everybody can read."""

from __future__ import annotations

import dataclasses
import re

import msgspec
import pytest
import yaml

from facilitator.formats import (
    FOLDER,
    Unknown,
    agenda,
    formats,
    preset,
    read_format,
)

FILES = sorted(FOLDER.glob("*.yaml"))
FILL = {"topic": "Rooster", "answer_by": "2026-12-01", "later_by": "2026-12-28", "previous": []}
LONGEST = 14  # words in a Dutch sentence

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
every_preset = pytest.mark.parametrize(
    "chosen",
    [(one.slug, name) for one in formats().values() for name in one.presets],
    ids="/".join,
)


def told(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def texts(value, place=""):
    """Every text in a file with its place: whatever speaks Dutch or English."""
    if isinstance(value, dict) and {"nl", "en"} & set(value):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from texts(inner, f"{place}/{n}")


def fields(room):
    return {field.name for field in dataclasses.fields(room)}


@every_file
def test_a_format_is_called_like_its_file(path):
    assert formats()[path.stem].slug == path.stem


def test_the_first_format_is_there():
    assert FILES and preset(next(iter(formats())), None)[1].steps


@every_preset
def test_its_agenda_builds(chosen):
    steps = preset(*chosen)[1].steps
    items = agenda(steps, FILL)
    assert [item.id for item in items] == [step.id for step in steps]
    assert all(item.activity.phases for item in items)


@every_preset
def test_its_parts_take_as_long_as_it_says(chosen):
    one = preset(*chosen)[1]
    assert sum(step.minutes for step in one.steps) == one.minutes


@every_preset
def test_what_a_part_takes_comes_before_it(chosen):
    before: set[str] = set()
    for step in preset(*chosen)[1].steps:
        assert {*step.takes, step.goes_on_with or next(iter(before), "")} - {""} <= before
        before.add(step.id)


@every_file
@pytest.mark.parametrize("where", ["format", "preset", "step"])
def test_a_misspelt_field_is_no_format(path, where, tmp_path):
    format = told(path)
    one = next(iter(format["presets"].values()))
    {"format": format, "preset": one, "step": one["steps"][0]}[where]["minuts"] = 3
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(yaml.safe_dump(format), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="minuts"):
        read_format(wrong)


@every_file
def test_every_text_speaks_dutch_and_english(path):
    spoken = list(texts(told(path)))
    assert len(spoken) > 10
    for place, text in spoken:
        assert set(text) == {"nl", "en"}, place
        assert all(isinstance(said, str) and said.strip() for said in text.values()), place


@every_file
def test_no_dutch_sentence_is_longer_than_fourteen_words(path):
    for place, text in texts(told(path)):
        for sentence in re.split(r"(?<=[.?!:])\s", text["nl"]):
            assert len(sentence.split()) <= LONGEST, f"{place}: {sentence}"


@pytest.mark.parametrize(("slug", "name"), [("nope", None), ("", None)])
def test_an_unknown_format_is_refused(slug, name):
    with pytest.raises(Unknown):
        preset(slug, name)


def test_an_unknown_preset_is_refused():
    with pytest.raises(Unknown):
        preset(next(iter(formats())), "nope")
