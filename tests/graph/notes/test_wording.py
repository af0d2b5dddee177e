"""Each rule of the wording on notes that nobody has written: what is said is read, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ontology
from graph.notes.extraction import read_proposals
from graph.notes.names import Known, Names
from graph.notes.proposals import Proposal, Saying
from graph.notes.reading import read_note
from graph.notes.relations import Ends
from graph.notes.wording import Wording, load_wording
from graph.notes.words import words
from graph.vocabulary import Vocabulary
from tests.conftest import NOTE

EXAMPLES: Any = yaml.load(  # texts, lists and mappings only: “on” is a word
    Path(__file__).with_name("wording_examples.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506  # the same
)
RULES: Any = yaml.load(ontology.read("wording.yaml"), Loader=yaml.BaseLoader)  # noqa: S506  # the same
PLACES = ("signs", "lists", "compounds", "nesting")
LANGUAGES = ("en", "fr")
EACH = 2
STATED = ("stated", "nesting")


def of_phrases() -> Iterator[tuple[str, str, str, str]]:
    """Yield the examples of phrases: rule, language, text, what it says."""
    for rule, languages in EXAMPLES["phrases"].items():
        for language, examples in languages.items():
            for text, said in examples.items():
                yield rule, language, text, said


def of_places() -> Iterator[tuple[str, str, str]]:
    """Yield the other examples: rule, text, what it says."""
    for place in PLACES:
        for rule, examples in EXAMPLES[place].items():
            for example in examples:
                for text, said in example.items():
                    yield rule, text, said


def every_example() -> list[tuple[str, str, str]]:
    """Return all examples of relations: rule, text, what it says."""
    return [(rule, text, said) for rule, _, text, said in of_phrases()] + list(of_places())


@pytest.fixture(scope="module")
def wording(vocabulary: Vocabulary) -> Wording:
    """The wording of Cloud Index."""
    return load_wording(vocabulary)


@pytest.fixture(scope="module")
def names(vocabulary: Vocabulary, wording: Wording) -> Names:
    """What is known in the examples."""
    return Names.of(_known(vocabulary), kinds=vocabulary.class_names(), ordinary=wording.ordinary)


def _known(vocabulary: Vocabulary) -> Iterator[Known]:
    by_iri = {one.iri: key for key, one in vocabulary.classes.items()}
    for kind, some in EXAMPLES["known"].items():
        kinds = frozenset({kind, *(by_iri[iri] for iri in vocabulary.classes[kind].wider if iri in by_iri)})
        for name in some:
            yield Known("-".join(words(name)), kind, kinds, (name,))


@pytest.fixture(scope="module")
def proposals(vocabulary: Vocabulary, wording: Wording, names: Names) -> Any:
    """Reads a text, and returns what it seems to say."""
    ends = Ends.of(vocabulary)

    def read(text: str) -> tuple[Proposal, ...]:
        return read_proposals(read_note(text), names, wording, ends).proposals

    return read


def relations(found: tuple[Proposal, ...]) -> dict[str, Proposal]:
    """Return the relations among *found* as the examples write them."""
    return {
        f"{one.subject} {one.key} {one.value}": one
        for one in found
        if one.saying is Saying.RELATION and one.basis in STATED
    }


def said_in(text: str) -> set[str]:
    """Return what an example says, one by one."""
    return {" ".join(one.split()) for one in text.split(",")}


@pytest.mark.parametrize(("rule", "text", "said"), every_example())
def test_what_an_example_says_is_read_and_nothing_else(proposals: Any, rule: str, text: str, said: str) -> None:
    """Each by the rule that it is an example of."""
    found = relations(proposals(text))

    assert set(found) == said_in(said)
    assert rule in {one.reason.rule for one in found.values()}


def test_every_rule_has_two_examples_in_each_of_its_languages() -> None:
    """A new rule comes with its examples."""
    lacking = [
        (rule["rule"], language)
        for rule in RULES["phrases"]
        for language in LANGUAGES
        if language in rule and len(EXAMPLES["phrases"].get(rule["rule"], {}).get(language, ())) < EACH
    ]
    lacking += [
        (rule["rule"], place)
        for place in PLACES
        for rule in RULES[place]
        if len(EXAMPLES[place].get(rule["rule"], ())) < EACH
    ]

    assert lacking == []


def test_every_example_is_of_a_rule() -> None:
    """A rule that goes takes its examples with it."""
    rules = {rule["rule"] for part in ("phrases", *PLACES) for rule in RULES[part]}

    assert {rule for rule, _, _ in every_example()} <= rules


@pytest.mark.skipif(not NOTE.exists(), reason="the note lies beside the repository")
def test_no_example_is_from_the_note() -> None:
    """What is made for one note shows nothing about others."""
    lines = {" ".join(line.split()).lower() for line in NOTE.read_text(encoding="utf-8").splitlines()} - {""}

    def is_in_it(text: str) -> bool:
        return not lines.isdisjoint(" ".join(line.split()).lower() for line in text.splitlines())

    assert [text for _, text, _ in every_example() if is_in_it(text)] == []


@pytest.mark.parametrize("text", EXAMPLES["denied"])
def test_what_is_denied_is_not_said(proposals: Any, text: str) -> None:
    """Neither in the words of the clause nor by its place."""
    assert relations(proposals(text)) == {}


@pytest.mark.parametrize(("text", "asked"), list(EXAMPLES["doubted"].items()))
def test_what_is_doubted_is_a_question(proposals: Any, text: str, asked: str) -> None:
    """It asks about the relation that is doubted."""
    found = proposals(text)

    assert relations(found) == {}
    questions = [one for one in found if one.saying is Saying.QUESTION]
    assert [f"{one.subject} {one.key} {one.target}" for one in questions] == [asked]


def judgements() -> Iterator[tuple[str, str]]:
    """Yield every example of an opinion: its polarity, and the text."""
    for polarity, groups in EXAMPLES["opinions"].items():
        for texts in groups.values():
            for text in texts:
                yield polarity, text
    for polarity, texts in EXAMPLES["turned"].items():
        for text in texts:
            yield polarity, text


@pytest.mark.parametrize(("polarity", "text"), list(judgements()))
def test_words_and_marks_that_judge_are_an_opinion(proposals: Any, polarity: str, text: str) -> None:
    """Of what the item stands below, by the polarity of the words."""
    found = [one for one in proposals(f"- Kuma\n  - {text}\n") if one.saying is Saying.OPINION]

    assert [(one.subject, one.key) for one in found] == [("kuma", polarity)]


def test_every_judging_word_has_an_example(wording: Wording) -> None:
    """All that the lexicon lists occurs in the examples of its polarity."""
    lacking = []
    for judging in wording.judging:
        groups = EXAMPLES["opinions"][judging.polarity]
        assert all(len(groups[language]) >= EACH for language in LANGUAGES)
        rows = [list(words(text)) for texts in groups.values() for text in texts]
        lacking += [phrase for phrase in judging.words if not any(_occurs(phrase, row) for row in rows)]

    assert lacking == []


def _occurs(phrase: Any, row: list[str]) -> bool:
    return any(
        all(word.fits(folded, folded) for word, folded in zip(phrase, row[start:], strict=False))
        for start in range(len(row) - len(phrase) + 1)
    )


def test_every_mark_has_an_example(wording: Wording) -> None:
    """The grades and the signs."""
    for judging in wording.judging:
        texts = EXAMPLES["opinions"][judging.polarity].get("marks", ())
        assert [mark for mark in judging.marks if not any(mark in text.split() for text in texts)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Kuma\n  - needs (only if it is large) care\n", [("constraint", "needs (only if it is large) care")]),
        ("- Kuma\n  - is it simple?\n", []),
        ("- Kuma\n  - -glued to its dash\n", []),
    ],
)
def test_conditions_are_whole_and_doubts_and_dashes_judge_nothing(
    proposals: Any, text: str, expected: list[tuple[str, str]]
) -> None:
    found = [one for one in proposals(text) if one.saying is Saying.OPINION]

    assert [(one.key, one.value) for one in found] == expected
