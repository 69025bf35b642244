"""The stones: the same question gives the same drawing, more is never lower, and no policy is broken."""

from xml.etree import ElementTree

import pytest

from facilitator.web import art

DRAWINGS = {
    "defs": art.defs(),
    "pebble": art.pebble("clay", shadow=True, mark="vein", angle=0.4),
    "heap": art.heap(14, "vA", unit=43),
    "too many to heap": art.heap(31, "vB"),
    "lobby": art.lobby(24),
    "empty lobby": art.lobby(0),
    "rows": art.rows(60, "vC"),
    "row": art.row(9, "vD"),
    "empty row": art.row(0, "vD"),
    "ring": art.ring(24, 18),
    "jar": art.jar(3),
    "open jar": art.jar(5, open=True),
    "sand": art.sand(),
    "role": art.role("almost", "/static/icons.svg#ear"),
}


def stones(drawing: str) -> int:
    """Every stone has one highlight."""
    return drawing.count("url(#a-shine)") if "a-lit" in drawing else 0


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_is_sound_silent_and_without_style(drawing):
    svg = ElementTree.fromstring(drawing)
    assert svg.get("aria-hidden") == "true"
    assert not [
        element for element in svg.iter() if "style" in element.attrib or element.tag == "style"
    ]
    assert "nan" not in drawing


def test_every_light_that_is_used_is_in_the_defs():
    used = {
        part.split(")")[0] for drawing in DRAWINGS.values() for part in drawing.split("url(#")[1:]
    }
    assert used == {
        element.get("id")
        for element in ElementTree.fromstring(art.defs()).iter()
        if element.get("id")
    }


@pytest.mark.parametrize("count", range(1, art.MOST_IN_A_HEAP + 1))
def test_a_heap_has_one_stone_for_every_vote_and_is_always_the_same(count):
    assert stones(art.heap(count, "vA")) == count
    assert art.heap(count, "vA") == art.heap(count, "vA")


def test_a_larger_count_is_never_lower_and_its_area_follows():
    sizes = [art.heap_size(count) for count in range(1, art.MOST_IN_A_HEAP + 1)]
    heights = [height for _, height in sizes]
    assert heights == sorted(heights)
    assert all(
        1.3 < half * height / count < 2.4 for count, (half, height) in enumerate(sizes, start=1)
    )


def test_stones_of_two_heaps_are_equal_in_size():
    few, many = (ElementTree.fromstring(art.heap(count, "vA", unit=43)) for count in (3, 14))
    scales = [float(svg.get("width")) / float(svg.get("viewBox").split()[2]) for svg in (few, many)]
    assert scales[0] == pytest.approx(scales[1], rel=0.002)


def test_no_stone_of_a_heap_lies_under_the_ground_or_floats_above_it():
    for heap in art.table().heaps:
        lowest = [max(y for _, y in lies.outline()) for lies in heap]
        assert max(lowest) == pytest.approx(0, abs=0.06)


def test_who_comes_in_later_does_not_move_who_is_there():
    ten, eleven = (ElementTree.fromstring(art.lobby(count)) for count in (10, 11))
    lying = [[ElementTree.tostring(stone) for stone in svg.findall("g")] for svg in (ten, eleven)]
    assert lying[1][:10] == lying[0]
    assert ten.get("viewBox") == eleven.get("viewBox")


def test_the_jar_only_fills():
    levels = [stones(art.jar(level)) for level in range(6)]
    assert levels == [0, 6, 15, 25, 34, 42]


def test_the_jar_keeps_its_stones_inside():
    for lies in art.table().jar[5]:
        assert all(40 < x < 420 and 120 < y < 612 for x, y in lies.outline())


def test_the_ring_has_a_print_under_every_stone():
    ring = ElementTree.fromstring(art.ring(18, 13))
    prints, *lying = ring.findall("g")
    assert len(prints) == len(lying) == 18
    assert [stone.get("class") for stone in lying] == ["stone gone"] * 5 + ["stone"] * 13


def test_the_light_does_not_turn_with_the_stone():
    lit = {art.pebble("clay", angle=angle).count("rotate(-16") for angle in (0.0, 1.0, 2.5)}
    assert lit == {1}
