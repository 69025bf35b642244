"""Results: equal content gives equal bytes, whatever the ids and whatever the order."""

import random

from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.results import Finding, Results, by_content, canonical, kept, without_ids

CARDS = tuple(
    {"id": f"{n}", "text": text, "lane": {"id": "idea", "name": {"nl": "Idee"}}, "dots": n % 2}
    for n, text in enumerate(["karren", "lawaai", "karren", "éénmaal"])
)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_ids_are_dropped_at_every_depth():
    assert without_ids({"id": 1, "a": [{"id": 2, "b": ({"id": 3},)}]}) == {"a": [{"b": [{}]}]}
    assert "id" not in str(kept(Results(items=CARDS))["items"])


def test_ids_are_dropped_from_findings_and_facts_too():
    told = Results(findings=(Finding("x", {"id": "9", "n": 1}, 1),), facts={"about": {"id": "9"}})
    assert kept(told) == {
        "items": [],
        "findings": [{"measure": "x", "value": {"n": 1}, "n": 1}],
        "facts": {"about": {}},
    }


def test_neither_order_nor_ids_leave_a_trace():
    shuffled = list(CARDS)
    random.Random(3).shuffle(shuffled)
    renamed = tuple({**card, "id": f"x{n}"} for n, card in enumerate(shuffled))
    findings = (Finding("a", 1, 1), Finding("b", 2, 2))
    one = kept(Results(items=CARDS, findings=findings))
    other = kept(Results(items=renamed, findings=findings[::-1]))
    assert canonical(one) == canonical(other)


def test_other_words_give_other_bytes():
    changed = ({**CARDS[0], "text": "Karren"}, *CARDS[1:])
    assert canonical(kept(Results(items=CARDS))) != canonical(kept(Results(items=changed)))


def test_equal_cards_stand_side_by_side_and_none_is_lost():
    assert [c["text"] for c in by_content(list(CARDS))].count("karren") == 2
    assert len(kept(Results(items=CARDS))["items"]) == 4


def test_the_canonical_form_has_one_spelling():
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'


@given(json)
def test_no_id_survives_anywhere(value):
    assert '"id":' not in canonical(without_ids(value)).replace('\\"id', "")
