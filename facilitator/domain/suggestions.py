"""Which cards share a word that not every card has: groups that one could make of them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

WORD = re.compile(r"[^\W\d_]+")
SHORTEST, SHORTEST_PART = 3, 5  # letters of a word, and of one inside a longer word
PASSING_WORDS = """aan al alle alleen alles als altijd andere anders beetje beter bij daar dan dat de deze die dit
    doe doen door dus echt een eens eerst elk elke en er erg even ga gaan gaat geen geven goed goede
    graag had heb hebben heeft heel help het hier hij hoe hun iedereen iemand iets ik in is ja je
    jullie kan klaar komen komt krijg krijgen kun kunnen laat laten lang maak maar maken mee meer meestal
    men mensen met mij mijn minder moet moeten mogen na naar niemand niet niets nodig nog nooit nu of om omdat
    ons onze ook op over paar samen slecht snel soms staan staat steeds te teveel toch toe tot tussen uit
    vaak vaker van vaste veel vind voor waar waarom wanneer want was wat we weer weet weinig wel werd
    werk werken wie wij wil willen worden wordt zelf zien zij zijn zo zonder zou
    about after again all also always and any are back because been before better both but can come could
    did does doing don each even every everybody everyone few for from get gets give good had has have
    her here his how into its just know less like make many may more most much must need needs never
    new nobody not now off often once one only our out over own people really should since some somebody
    soon still such than that the their them then there they this those through time together too under until
    use very want was well were what when where which while who why will with without work working would you your"""
PASSING = frozenset(PASSING_WORDS.split())


def suggestions(cards: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Groups that one could make: cards that share a word, the largest first, each card once.
    A word that more than a third of the cards have says nothing about any of them."""
    most, taken = max(3, len(cards) // 3), set[str]()
    having = {word: found for word, found in sharing(cards).items() if len(found) <= most}
    found = []
    while left := {word: has - taken for word, has in having.items() if len(has - taken) > 1}:
        word = min(left, key=lambda word: (-len(left[word]), -len(word), word))
        taken |= left[word]
        found.append(tuple(sorted(left[word])))
    return tuple(found)


def sharing(cards: Mapping[str, str]) -> dict[str, set[str]]:
    """Which cards have a word, as it stands or as a part of a longer one: Dutch writes its
    compounds as one."""
    own = {card: set(stems(text)) for card, text in cards.items()}
    known, having = set(chain(*own.values())), defaultdict[str, set[str]](set)
    for card, words in own.items():
        for word in words | (set(chain(*map(parts, words))) & known):
            having[word].add(card)
    return having


def shared_word(texts: Sequence[str]) -> str:
    """The word that all of these share, in the shortest way in which one of them has it."""
    cards = {str(n): text for n, text in enumerate(texts)}
    in_all = [word for word, having in sharing(cards).items() if len(having) == len(texts)]
    longest = max(in_all, key=lambda word: (len(word), word), default="")
    spelled = [stems(text).get(longest, "") for text in texts]
    return min(filter(None, spelled), key=lambda word: (len(word), word), default="")


def parts(word: str) -> Iterator[str]:
    """With what a word begins and ends."""
    for length in range(SHORTEST_PART, len(word)):
        yield from (word[:length], word[-length:])


def stems(text: str) -> dict[str, str]:
    """The words that say something, each by its stem: without accents, capitals and the commonest
    endings."""
    found = (word for word in WORD.findall(text.lower()) if word not in PASSING)
    return {stem(bare(word)): word for word in found if len(word) >= SHORTEST}


def bare(word: str) -> str:
    """A word without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def stem(word: str) -> str:
    """A word in the singular, roughly: karren, karretje and kar are one; so are shift and shifts."""
    for ending in ("etjes", "etje", "tjes", "tje", "ingen", "ing", "en", "es", "s", "e"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORTEST:
            return rest[:-1] if len(rest) > SHORTEST and rest[-1] == rest[-2] else rest
    return word
