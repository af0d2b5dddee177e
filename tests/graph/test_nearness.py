"""Which word was meant: one slip in any word of this project is understood."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import terms
from graph.collections import read_file
from graph.folders import list_files
from graph.iris import Iris
from graph.nearness import folded, nearest
from graph.vocabulary import Vocabulary
from tests.conftest import DATA

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(st.sampled_from("abcde-"), min_size=1, max_size=12)
SHORTEST = 4
PROMISED = 0.9
ROUNDS = 5


def inserted(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at:]


def deleted(word: str, at: int, _letter: str) -> str:
    return word[:at] + word[at + 1 :]


def substituted(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at + 1 :]


def transposed(word: str, at: int, _letter: str) -> str:
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


SLIPS: tuple[Callable[[str, int, str], str], ...] = (inserted, deleted, substituted, transposed)


@pytest.fixture(scope="module")
def entity_words(vocabulary: Vocabulary, iris: Iris) -> list[str]:
    """The slugs and names of everything that the documents of this project introduce."""
    found: set[str] = set()
    for file in list_files(DATA):
        for statement in read_file(file, vocabulary=vocabulary, iris=iris).statements:
            subject = str(statement.triple.subject)[1:-1]
            if not iris.is_entity(subject):
                continue
            found.add(iris.reference(subject))
            if statement.triple.predicate == terms.NAME:
                found.add(str(getattr(statement.triple.object, "value", "")))
    return sorted(found)


def understood(words: list[str], slip: Callable[[str, int, str], str]) -> float:
    """Return how much of *words* with one *slip* each is corrected to the word itself, as the first suggestion."""
    source = random.Random(20261123)  # noqa: S311  # the same slips in each run
    right = total = 0
    for word in words:
        for _ in range(ROUNDS):
            wrong = slip(word, source.randrange(len(word) - 1), source.choice(LETTERS))
            if len(folded(word)) < SHORTEST or folded(wrong) == folded(word):
                continue
            total += 1
            right += folded(nearest(wrong, words)[:1][0]) == folded(word) if nearest(wrong, words) else 0
    return right / total


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_slug_or_name_is_understood(entity_words: list[str], slip: Callable[[str, int, str], str]) -> None:
    share = understood(entity_words, slip)

    assert len(entity_words) > 200
    assert share >= PROMISED


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("kind", ["classes", "relations", "attributes"])
def test_a_slip_in_a_word_of_the_ontology_is_understood(
    vocabulary: Vocabulary, kind: str, slip: Callable[[str, int, str], str]
) -> None:
    share = understood(list(getattr(vocabulary, kind)), slip)

    assert share >= PROMISED


@given(word=WORDS, others=st.lists(WORDS))
def test_a_word_that_is_known_is_its_own_nearest(word: str, others: list[str]) -> None:
    found = nearest(word, [*others, word])

    assert folded(found[0]) == folded(word)


@given(word=st.text(), others=st.lists(st.text()), most=st.integers(1, 5))
def test_suggestions_are_known_words_few_and_each_once(word: str, others: list[str], most: int) -> None:
    found = nearest(word, others, most=most)

    assert len(found) <= most
    assert set(found) <= set(others)
    assert len(set(found)) == len(found)


@given(word=WORDS, others=st.sets(WORDS))
def test_suggestions_do_not_depend_on_the_order_of_the_words(word: str, others: set[str]) -> None:
    def key(found: tuple[str, ...]) -> list[str]:
        return [folded(one) for one in found]

    assert key(nearest(word, sorted(others))) == key(nearest(word, sorted(others, reverse=True)))


@pytest.mark.parametrize(
    ("word", "candidates", "found"),
    [
        ("Kubernetes", ["kubernetes", "kubelet"], ("kubernetes",)),
        ("kata containers", ["kata-containers"], ("kata-containers",)),
        ("equilibreur", ["Équilibreur"], ("Équilibreur",)),
        ("CRI O", ["cri-o", "cni"], ("cri-o",)),
        ("kubernetse", ["kubernetes"], ("kubernetes",)),
        ("zebra", ["kubernetes", "ansible"], ()),
        ("go", ["gb", "ag"], ("gb",)),
        ("", ["kubernetes"], ()),
        ("kops", [], ()),
    ],
)
def test_nearest(word: str, candidates: list[str], found: tuple[str, ...]) -> None:
    assert tuple(sorted(nearest(word, candidates))) == found


def test_the_nearest_comes_first() -> None:
    assert nearest("kubespary", ["kubesphere", "kubespray", "kubespar"])[0] in {"kubespray", "kubespar"}
    assert nearest("loadbalncer", ["load-balancers", "load-balancer"]) == ("load-balancer", "load-balancers")


@pytest.mark.parametrize(
    ("word", "plain"),
    [("Œuvre", "œuvre"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("É", "e"), ("a_b-c d", "abcd")],
)
def test_folding_forgets_case_accents_and_marks(word: str, plain: str) -> None:
    assert folded(word) == plain
