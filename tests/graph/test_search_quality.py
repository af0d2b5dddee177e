"""How often the entity that was meant is found at the first place although its name is misspelt."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

from graph.index import Index
from graph.nearness import folded
from graph.search import Search
from graph.search_index import IN_MEMORY, Entry, SearchIndex, write
from tests.conftest import SHARED

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
EACH = 6


def slip(word: str, chance: random.Random) -> str:
    """Return *word* with a letter added, left out, changed, or swapped with the next."""
    at = chance.randrange(len(word))
    kind = chance.choice(("add", "leave", "change", "swap"))
    if kind == "add":
        return word[:at] + chance.choice(LETTERS) + word[at:]
    if kind == "leave":
        return word[:at] + word[at + 1 :]
    if kind == "change":
        return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def misspelt(names: Sequence[str], *, slips: int) -> Iterator[tuple[str, str]]:
    """Yield names with misspellings of them that nothing else is spelt like."""
    chance = random.Random(5)  # noqa: S311  # no secret depends on it
    known = {folded(name) for name in names}
    for name in names:
        for _ in range(EACH):
            word = name
            for _ in range(slips):
                word = slip(word, chance)
            if len(folded(name)) >= SHORTEST and folded(word) not in known:
                yield name, word


def rate(search: Search, names: Sequence[str], *, slips: int) -> float:
    asked = list(misspelt(names, slips=slips))
    right = [hits.items[0].name == name for name, word in asked if (hits := search.find(word)).items]
    share = sum(right) / len(asked)
    print(f"{slips} slips: {share:.3f} of {len(asked)} misspellings of {len(names)} names found at the first place")
    return share


@pytest.mark.parametrize(("slips", "least"), [(1, 0.95), (2, 0.85)])
def test_misspelt_names_of_our_own_data_are_found_first(slips: int, least: float, index: Index) -> None:
    names = sorted({index.atlas.names[node] for node in np.flatnonzero(index.atlas.are_entities).tolist()})

    assert rate(index.search, names, slips=slips) >= least


@pytest.mark.skipif(not SHARED.is_dir(), reason="the CNCF landscape is not there")
@pytest.mark.parametrize(("slips", "least"), [(1, 0.95), (2, 0.85)])
def test_misspelt_names_of_a_landscape_are_found_first(slips: int, least: float) -> None:
    path: Path = SHARED / "datasets/cncf-landscape/landscape.yml"
    landscape = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["landscape"]
    subcategories = [sub for category in landscape for sub in category["subcategories"] or ()]
    names = sorted({item["name"] for sub in subcategories for item in sub["items"] or ()})
    entries = (Entry(str(number), "Thing", name, 0) for number, name in enumerate(names))
    search = Search(SearchIndex(database=write(IN_MEMORY, entries)), {})

    assert rate(search, names[::3], slips=slips) >= least
