"""How often the entity that was meant is found at the first place although its name is misspelt; who is left out."""

import random
from collections.abc import Iterable, Iterator, Sequence
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


def search_of(*entries: Entry, hidden: Iterable[str] = ()) -> Search:
    return Search(SearchIndex(database=write(IN_MEMORY, entries), hidden=frozenset(hidden)), {})


@pytest.mark.parametrize(
    ("text", "short", "longer"),
    [
        pytest.param("kube", "Kube {}", "Kubernetes operations {}", id="beginning"),
        pytest.param("tool", "A tool {}", "An operations tool {}", id="words"),
        pytest.param("kubectx", "kubec{0}{0}", "kubect{0}{0}", id="misspelt"),
    ],
)
def test_an_entity_with_many_spellings_takes_no_place_of_others(text: str, short: str, longer: str) -> None:
    many = Entry("many", "Tool", "Many", 9, tuple(map(short.format, LETTERS[:19])))
    others = [Entry(f"other-{one}", "Tool", longer.format(one), 0) for one in LETTERS[:3]]

    hits = search_of(many, *others).find(text, most=4)

    assert ([hit.slug for hit in hits.items], hits.complete) == (["other-a", "other-b", "other-c", "many"], True)


def test_an_entity_with_many_descriptions_takes_no_place_of_others() -> None:
    many = Entry("many", "Tool", "Many", 9, (), tuple(f"Something {one}" for one in LETTERS))
    other = Entry("other", "Tool", "Other", 0, (), ("That is something else",))

    hits = search_of(many, other).find("something", most=2)

    assert ([hit.slug for hit in hits.items], hits.complete) == (["many", "other"], True)


def test_more_entities_than_are_wanted_are_told_as_some() -> None:
    entries = [Entry(f"tool-{one}", "Tool", f"Kube {one}", 0, (f"Kube {one} {one}",)) for one in LETTERS]

    some, every = (search_of(*entries).find("kube", most=most) for most in (25, 26))

    assert (len(some.items), some.complete) == (25, False)
    assert ({hit.slug for hit in every.items}, every.complete) == ({one.reference for one in entries}, True)


@pytest.mark.parametrize("text", ["kube", "tool", "kubex"])
def test_what_is_hidden_takes_no_place_of_others(text: str) -> None:
    entries = [Entry(f"tool-{one}", "Tool", f"Kube{one}", 0) for one in LETTERS]
    hidden = [one.reference for one in entries[:-2]]

    hits = search_of(*entries, hidden=hidden).find(text, most=2)

    assert ([hit.slug for hit in hits.items], hits.complete) == (["tool-y", "tool-z"], True)


def test_misspelt_entities_of_a_rare_class_are_found_among_many_others() -> None:
    tools = [Entry(f"tool-{one}", "Tool", f"kubec{one}l", 0) for one in LETTERS]
    rare = Entry("rare", "Vendor", "kubexyl", 0)

    hits = search_of(*tools, rare).find("kubectl", types=frozenset({"Vendor"}), most=3)

    assert ([hit.slug for hit in hits.items], hits.complete) == (["rare"], True)
