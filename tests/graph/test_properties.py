"""What holds for any text and any document: readers never crash, writing is undone by reading, records are complete."""

from collections import Counter
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph import terms
from graph.documents import Document, Status
from graph.iris import Iris, is_iri
from graph.kinds import KINDS
from graph.triples import about, records, stated
from graph.vocabulary_reader import load
from tests.graph.conftest import PREFIXES, Read

VOCABULARY = load()
RDF_NAMES = [f"note{suffix}" for suffix in KINDS if suffix not in (".yaml", ".yml")]
GENEROUS = settings(max_examples=150)

# --- texts that look like documents

KEYS = (
    *("document", "sections", "entities", "unread", "name", "source", "accepted", "description", "relations", "file"),
    *(
        "lines",
        "language",
        "homepage",
        "slug",
        "title",
        "line",
        "level",
        "under",
        "type",
        "also",
        "opinions",
        "questions",
    ),
    *("basis", "words", "value", "by", "on", "ask", "would", "lang", "grade", "why", "pro", "con", "uses", "about"),
    *("licence", "url", "en", "fr", "kops", "ClusterInstaller"),
)
PIECES = st.one_of(
    st.sampled_from(
        [*KEYS, ": ", ":\n  ", "\n", "\n  ", "\n    ", "- ", "{", "}", "[", "]", ", ", "#", "'", '"', "|\n"]
    ),
    st.sampled_from(
        ["&a ", "*a", "!!str ", "---\n", "...\n", "%", "@", "~", "\t", "\r\n", "\x00", "\x07", "\u2028", "é", "💥"]
    ),
    st.sampled_from(
        ["https://[", "https://a.b/%zz", "abc-1", "2026-02-30", "-1", "0", "9" * 40, "a/b", "../a", "\ufeff"]
    ),
    st.text(max_size=4),
)
YAML_LIKE = st.lists(PIECES, max_size=60).map("".join)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.sampled_from([*KEYS, "abc-1", "https://[", "https://a b", "a/b"]),
        st.text(max_size=8),
        st.integers(-2, 10**12),
        st.none(),
        st.booleans(),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=25,
)
STRUCTURED = st.dictionaries(st.sampled_from(("document", "sections", "entities", "unread")), VALUES)

RDF_PIECES = st.one_of(
    st.sampled_from(
        ["id:a ", "ci:uses ", "a ", "<urn:a> ", "_:b ", '"x" ', '"""', "@en ", "^^xsd:int ", ". ", "; ", ", "]
    ),
    st.sampled_from(
        ["[", "]", "(", ")", "{", "}", "<<", ">>", "{|", "|}", "\n", "# ", "\\u00", "@prefix ", "GRAPH ", '\\"']
    ),
    st.sampled_from(["<rdf:RDF>", "</rdf:RDF>", "<a b='c'>", "&amp;", "&x;", '{"@id":', '"@context":', "\u2028", "\r"]),
    st.text(max_size=4),
)
RDF_LIKE = st.lists(RDF_PIECES, max_size=50).map("".join)


def line_count(text: str) -> int:
    """Return the number of lines that an editor or a parser may see in *text*, and one where it ends in a new one."""
    return len(f"{text}.".splitlines())


def assert_places_lie_within(text: str, document: Document) -> None:
    last = line_count(text)
    places = [problem.place for problem in document.problems] + [one.written for one in document.statements]
    assert [place for place in places if not (1 <= place.line <= last and place.column >= 0)] == []


def assert_told(document: Document) -> None:
    """Every problem is a sentence with a code; what was stated is of terms that can be stored."""
    assert all(problem.code and problem.message.endswith(".") for problem in document.problems)
    list(stated(document))
    assert list(about(document, Iris(), Status.CURRENT))
    list(records(document, Iris()))


def dumped(content: dict[str, Any], *, in_flow: bool = False) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=in_flow, width=10_000)


@GENEROUS
@given(text=st.text() | YAML_LIKE)
def test_no_text_crashes_the_yaml_reader(read: Read, text: str) -> None:
    document = read(text)

    assert_told(document)
    assert_places_lie_within(text, document)


@GENEROUS
@given(content=STRUCTURED)
def test_no_structure_crashes_the_yaml_reader(read: Read, content: dict[str, Any]) -> None:
    """Any values in any places: most are wrong, none may raise."""
    text = yaml.safe_dump(content, allow_unicode=True)

    document = read(text)

    assert_told(document)
    assert_places_lie_within(text, document)


@GENEROUS
@given(content=st.binary() | YAML_LIKE.map(str.encode))
def test_no_bytes_crash_the_yaml_reader(read: Read, content: bytes) -> None:
    assert_told(read(content))


@GENEROUS
@given(tag=st.from_regex(r"[A-Za-z]{1,4}(-[A-Za-z0-9]{0,9})*", fullmatch=True) | st.text(max_size=5))
def test_no_language_tag_crashes_the_yaml_reader(read: Read, tag: str) -> None:
    """What looks like a tag is often none: BCP 47 has rules of its own."""
    opinion = {"pro": "simple", "lang": tag}
    text = dumped({"entities": {"kops": {"name": {tag: "kOps"}, "opinions": [opinion]}}})

    assert_told(read(text))


@GENEROUS
@given(rest=st.text(st.sampled_from("ab:/[]@%?#0\u00e9\u2028!$&'()*+,;=~|^`<>"), max_size=12))
def test_no_address_crashes_the_yaml_reader(read: Read, rest: str) -> None:
    assert_told(read(dumped({"entities": {"kops": {"homepage": f"https://{rest}", "url": [f"http://a/{rest}"]}}})))


@pytest.mark.parametrize("name", RDF_NAMES)
@settings(max_examples=80)
@given(text=st.text() | RDF_LIKE | RDF_LIKE.map(f"{PREFIXES}{{}}".format))
def test_no_text_crashes_an_rdf_reader(read: Read, name: str, text: str) -> None:
    document = read(text, name)

    assert_told(document)
    assert_places_lie_within(text, document)


# --- documents that are right

SLUGS = st.from_regex(r"[a-z0-9]([a-z0-9.\-]{0,8}[a-z0-9])?", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
LINES = st.integers(1, 99)
EVIDENCE = st.fixed_dictionaries(
    {},
    optional={
        "line": LINES | st.lists(LINES, min_size=1, max_size=3, unique=True),
        "basis": st.sampled_from(list(VOCABULARY.bases)),
        "words": TEXTS,
        "accepted": st.fixed_dictionaries({"by": TEXTS, "on": st.dates().map(str)}),
    },
)
RELATION_KEYS = st.sampled_from(list(VOCABULARY.relations))
RELATIONS = st.builds(
    lambda key, targets, more: {key: targets, **more},
    RELATION_KEYS,
    SLUGS | st.lists(SLUGS, min_size=1, max_size=3, unique=True),
    EVIDENCE,
)
OPINIONS = st.builds(
    lambda polarity, words, more: {polarity: words, **more},
    st.sampled_from(list(VOCABULARY.polarities)),
    TEXTS,
    st.fixed_dictionaries({}, optional={"lang": st.sampled_from(["en", "fr", "pt-BR"]), "grade": TEXTS, "line": LINES}),
)
QUESTIONS = st.builds(
    lambda asked, relation, target: {"ask": asked, "would": {relation: target}}, TEXTS, RELATION_KEYS, SLUGS
)
TEXT_OR_TEXTS = TEXTS | st.dictionaries(st.sampled_from(["en", "fr", "de"]), TEXTS, min_size=1)
ENTITIES = st.fixed_dictionaries(
    {"name": TEXT_OR_TEXTS, "type": st.sampled_from(list(VOCABULARY.classes))},
    optional={
        "also": st.lists(TEXTS, max_size=3),
        "description": TEXT_OR_TEXTS,
        "homepage": st.just("https://example.org/"),
        "licence": TEXTS | st.fixed_dictionaries({"value": TEXTS, "line": LINES}),
        "relations": st.lists(RELATIONS, max_size=4),
        "opinions": st.lists(OPINIONS, max_size=3),
        "questions": st.lists(QUESTIONS, max_size=2),
        "line": LINES,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "entities": st.dictionaries(SLUGS, ENTITIES, max_size=4),
        "document": st.fixed_dictionaries({"source": st.just({"file": "note.md", "lines": 99})}),
        "sections": st.lists(
            st.fixed_dictionaries({"slug": SLUGS, "title": TEXTS, "line": LINES}),
            max_size=3,
            unique_by=lambda section: str(section["slug"]),
        ),
    }
)
RELATION_IRIS = {relation.iri: key for key, relation in VOCABULARY.relations.items()}


def relations_written(content: dict[str, Any]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (slug, key, target)
        for slug, entity in content["entities"].items()
        for item in entity.get("relations", [])
        for key, targets in item.items()
        if key in VOCABULARY.relations
        for target in ([targets] if isinstance(targets, str) else targets)
    )


def relations_read(document: Document) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for statement in document.statements:
        triple = statement.triple
        if statement.entry.startswith("relations: "):
            subject, target = (Iris().reference(str(end)[1:-1]) for end in (triple.subject, triple.object))
            found[subject, RELATION_IRIS[triple.predicate.value], target] += 1
    return found


@GENEROUS
@given(content=DOCUMENTS)
def test_a_written_document_reads_back_with_the_same_relations(read: Read, content: dict[str, Any]) -> None:
    document = read(dumped(content))

    assert document.problems == ()
    assert relations_read(document) == relations_written(content)


@GENEROUS
@given(content=DOCUMENTS)
def test_every_statement_with_evidence_has_a_record_for_each_line(read: Read, content: dict[str, Any]) -> None:
    document = read(dumped(content))

    triples = list(records(document, Iris()))

    iris = Iris()
    recorded = {
        (
            next(one.object for one in triples if one.subject == triple.subject and one.predicate == terms.LINE),
            triple.object,
        )
        for triple in triples
        if triple.predicate == terms.EDGE
    }
    expected = {
        (terms.integer(line), iris.edge(statement.triple))
        for statement in document.statements
        if statement.evidence is not None
        for line in statement.evidence.lines or (statement.written.line,)
    }
    assert recorded == expected


@GENEROUS
@given(content=DOCUMENTS, in_flow=st.booleans())
def test_a_record_speaks_of_one_edge_one_line_and_one_basis(read: Read, content: dict[str, Any], in_flow: bool) -> None:
    """Records that shared an IRI would have the lines and words of both."""
    document = read(dumped(content, in_flow=in_flow))

    once = {terms.EDGE, terms.LINE, terms.WRITTEN_LINE, terms.BASIS, terms.SOURCE, terms.WORDS, terms.ACCEPTED_BY}
    found = {
        (triple.subject, triple.predicate, triple.object)
        for triple in records(document, Iris())
        if triple.predicate in once
    }

    counted = Counter((subject, predicate) for subject, predicate, _ in found)
    assert [pair for pair, count in counted.items() if count > 1] == []


@GENEROUS
@given(content=DOCUMENTS)
def test_the_same_text_gives_the_same_triples_in_the_same_order(read: Read, content: dict[str, Any]) -> None:
    text = dumped(content)

    one, other = read(text), read(text)

    assert list(stated(one)) == list(stated(other))
    assert list(records(one, Iris())) == list(records(other, Iris()))


# --- names


@given(
    st.sampled_from(("", "id/", "id/helm/", "document/", "graph/", "http://example.org/")),
    st.text(st.sampled_from("ab:/.-_%41#?é")),
)
def test_a_reference_resolves_to_the_iri_that_it_is_of(beginning: str, end: str) -> None:
    iris = Iris()
    iri = f"{beginning}{end}" if ":" in beginning else f"{iris.base}{beginning}{end}"
    assume(is_iri(iri))

    assert iris.resolve(iris.reference(iri)).value == iri
