"""What was written over HTTP: each triple on a line of its own, of which only those that are meant go."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from graph.collections import parse_bytes
from graph.documents import Document, Origin, Writing
from graph.iris import Iris
from graph.kinds import WRITTEN
from graph.sources import written
from graph.vocabulary_reader import load

VOCABULARY = load()
# Of these, N-Triples escape some and keep others, and Python ends a line at each.
SEPARATORS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
TEXTS = st.text(st.sampled_from(f"{SEPARATORS}a\"\\#'")) | st.text(max_size=10)
SUBJECT, PREDICATE = NamedNode("http://e/a"), NamedNode("http://e/b")
ADA, BOB = (Writing(name, "r", datetime(2026, 11, 29, tzinfo=UTC)) for name in ("ada", "bob"))


def parse(text: str) -> Document:
    origin = Origin("mine", "written", f"written/mine{WRITTEN}", "")
    return parse_bytes(text.encode(), origin, WRITTEN, vocabulary=VOCABULARY, iris=Iris())


def triples(document: Document) -> set[Triple]:
    return {statement.triple for statement in document.statements}


@given(st.lists(TEXTS, min_size=1, unique=True), st.data())
def test_whatever_the_texts_hold_what_is_removed_goes_and_nothing_else(texts: list[str], data: st.DataObject) -> None:
    first = written.written([Triple(SUBJECT, PREDICATE, Literal(text)) for text in texts], ADA)
    document = parse(first)
    held = sorted(triples(document), key=str)
    removed = data.draw(st.sets(st.sampled_from(held)))
    added = Triple(SUBJECT, PREDICATE, SUBJECT)

    revised = parse(written.revised(first, document, removed, [added], BOB))

    assert triples(revised) == {*held, added} - removed
