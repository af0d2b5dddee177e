"""Queries over the graphs that people know, asked where a server keeps them: the same answers, and nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, Store

from graph.engine.remote.names import Names
from graph.errors import QueryRefusedError
from graph.graph_names import Dataset, Rewritten, in_set
from graph.graph_places import Grammar
from graph.index import Index
from graph.questions import read_questions
from graph.sparql import tokens
from tests.conftest import DATA
from tests.graph.queries_made import BASE, GRAPHS, NODES, PREFIXES, queries
from tests.standards.suites import ARCHIVE, FOLDER, RDF_TESTS, unpack

LIVE = Names(BASE, "a")
OTHER = Names(BASE, "b")
ALL = f"{BASE}graph/all"
GRAMMAR = Grammar(PREFIXES, BASE)
FOREIGN = "https://elsewhere.example/graph"
SECRET = NamedNode("x:secret")

Facts = Mapping[str, Sequence[tuple[str, str, str]]]
FACTS = st.fixed_dictionaries(
    {
        graph: st.lists(
            st.tuples(st.sampled_from(NODES), st.sampled_from(["x:p", "x:q"]), st.sampled_from(NODES)),
            min_size=1,
            max_size=4,
        )
        for graph in GRAPHS
    }
)
FEW: Facts = {
    ALL: [("x:a", "x:p", "x:b"), ("x:a", "x:q", GRAPHS[1])],
    GRAPHS[1]: [("x:a", "x:p", "x:b"), ("x:b", "x:p", "x:a"), ("x:b", "x:q", GRAPHS[1])],
    GRAPHS[2]: [("x:b", "x:q", GRAPHS[1])],
    GRAPHS[3]: [("x:a", "x:q", GRAPHS[2])],
}


def rewritten(text: str, dataset: Dataset | None = None, names: Names = LIVE) -> Rewritten:
    """Return what is asked in place of *text*."""
    return in_set(text, list(tokens(text)), dataset or usual(text), names, GRAMMAR)


def usual(text: str) -> Dataset:
    """Return the dataset that *text* asks when the client chooses none."""
    return Dataset(GRAPHS, default_graphs=None if "FROM" in text else [ALL])


def known(facts: Facts) -> Store:
    """Return a store with the graphs as people know them."""
    return stored(facts, str)


def kept(facts: Facts) -> Store:
    """Return a store as a server has it: the live set, another set with other content, and graphs of others."""
    store = stored(facts, LIVE.physical)
    for graph in (*map(OTHER.physical, GRAPHS), *GRAPHS, f"{LIVE.prefix}graph/unlisted", FOREIGN):
        store.add(Quad(SECRET, SECRET, SECRET, NamedNode(graph)))
        store.add(Quad(NamedNode("x:a"), NamedNode("x:p"), SECRET, NamedNode(graph)))
    store.add(Quad(SECRET, NamedNode("x:p"), SECRET))
    return store


def stored(facts: Facts, place: Any) -> Store:
    """Return a store with *facts*, each graph at its place."""
    store = Store()
    for graph, triples in facts.items():
        for triple in triples:
            subject, predicate, value = map(NamedNode, triple)
            store.add(Quad(subject, predicate, value, NamedNode(place(graph))))
    return store


def answer(
    store: Store,
    text: str,
    default: Sequence[str] | None,
    named: Sequence[str] | None,
    prefixes: Mapping[str, str] = PREFIXES,
) -> Any:
    """Return what *store* answers, in a form that can be compared: rows have no order."""
    graphs: Any = [None if some is None else [NamedNode(iri) for iri in some] for some in (default, named)]
    result = store.query(text, base_iri=BASE, prefixes=dict(prefixes), default_graph=graphs[0], named_graphs=graphs[1])
    if isinstance(result, QueryBoolean):
        return bool(result)
    if isinstance(result, QuerySolutions):
        names = [variable.value for variable in result.variables]
        return sorted(names), Counter(tuple((name, str(row[name])) for name in sorted(names)) for row in result)
    return {str(triple) for triple in result}


def same_answers(facts: Facts, text: str, dataset: Dataset | None = None) -> Any:
    """Return the answer to *text* over *facts*, after it was seen to be the one of the set on the server, too."""
    chosen = dataset or usual(text)
    asked = rewritten(text, chosen)
    expected = answer(known(facts), text, chosen.default_graphs, chosen.named_graphs)
    assert answer(kept(facts), asked.text, asked.default_graphs, asked.named_graphs) == expected, asked.text
    return expected


# --- The same answers ------------------------------------------------------------------------


@given(facts=FACTS, text=queries())
def test_a_query_has_the_same_answer_in_a_set(facts: Facts, text: str) -> None:
    same_answers(facts, text)


def test_a_graph_is_shown_by_the_name_that_people_know() -> None:
    _, rows = same_answers(FEW, "SELECT ?g { GRAPH ?g { x:a x:q <document/x/provenance> } }")

    assert list(rows) == [(("g", f"<{GRAPHS[3]}>"),)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH ?g {} }",
        "SELECT * { GRAPH ?g { ?a ?p ?b FILTER(?g = document:x) } }",
        "SELECT * { GRAPH ?g { { ?a ?p ?b FILTER(?g = document:x) } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b BIND(?g AS ?h) } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b MINUS { ?x ?y ?z } } }",
        "SELECT * { x:a x:q ?g . GRAPH ?g { ?a ?p ?b } }",
        "SELECT * { VALUES ?g { document:x <urn:none> } GRAPH ?g { ?a ?p ?b } }",
        "SELECT * { ?a ?p ?b OPTIONAL { GRAPH ?b { ?c ?q ?d } } }",
        "SELECT * { ?a ?p ?b FILTER NOT EXISTS { GRAPH ?b { ?c ?q ?d } } }",
        "SELECT * { ?a ?p ?b MINUS { GRAPH ?b { ?c ?q ?d } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b . GRAPH ?b { ?c ?q ?d } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { SELECT ?g (COUNT(*) AS ?n) { ?c ?q ?d } GROUP BY ?g ORDER BY ?n } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { SELECT ?g ?c { ?c ?q ?d FILTER(?g != document:x) } LIMIT 9 } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { SELECT * { ?c ?q ?g } } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { SELECT ?a { ?a ?q ?g } } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { SELECT * { ?c ?q ?g GRAPH ?h { ?c ?r ?d } } } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b GRAPH document:y { ?c ?q ?d FILTER(?g = document:x) } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b { GRAPH document:y { ?c ?q ?d FILTER(!BOUND(?g)) } } UNION { ?b ?q ?a } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b MINUS { GRAPH document:y { ?a ?q ?d FILTER(!BOUND(?g)) } } } }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { { GRAPH ?g { x:a x:p x:b } } UNION { GRAPH ?g { x:a x:p x:b } } }",
        "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT * { { VALUES ?g { document:x } } UNION { GRAPH ?g {} } } } }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?a ?p ?b } } GROUP BY ?g HAVING(COUNT(DISTINCT *) > 1)",
        "SELECT (EXISTS { GRAPH ?g { x:b x:q ?o } } AS ?yes) {}",
        "DESCRIBE * { GRAPH ?g { ?a x:p ?b } }",
        "DESCRIBE ?g { GRAPH ?g { ?a x:p ?b } }",
        "CONSTRUCT { ?a x:in ?g } WHERE { GRAPH ?g { ?a ?p ?b } }",
        "CONSTRUCT WHERE { ?a ?p ?b }",
        "ASK { GRAPH graph:all { x:a ?p ?o } }",
        "PREFIX graph: <https://e.example/document/> ASK { GRAPH graph:x { x:b ?p ?o } }",
        "BASE <https://e.example/document/> SELECT * { GRAPH <x> { ?a ?p ?b } }",
        "BASE <https://e.example/> PREFIX d: <document/> SELECT * { GRAPH d:x { ?a ?p ?b } }",
        "SELECT * FROM document:x FROM NAMED <document/y> { ?a ?p ?b GRAPH ?g { ?c ?q ?d } }",
        "SELECT * FROM NAMED document:x { GRAPH ?g {} }",
        "SELECT * FROM NAMED <urn:none> { GRAPH ?g { ?a ?p ?b } }",
        "SELECT ?stored1 { GRAPH ?stored1 { ?stored2 ?p ?b } }",
        "SELECT * { GRAPH # the graph\n $g # and\n { ?a ?p ?b FILTER(?g = document:x) } }",
        "SELECT ?graph ('GRAPH ?g { } FROM <x:x>' AS ?from) { GRAPH?graph{ ?a ?b ?c } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b } FILTER(?a<?b&&?b>?a) }",
        "SELECT * { GRAPH ?g { x:a x:p x:b FILTER EXISTS { ?a ?q ?b {| x:says ?g |} } } }",
        "SELECT * { GRAPH ?g { ?a ?p ?b OPTIONAL { << x:a ?q ?g ~ _:r >> x:says ?c } } }",
        "SELECT * { FILTER(1<2#>)\n ) GRAPH ?g { ?a ?p ?b } }",
        "SELECT * { GRAPH ?g { [] x:p [ x:p ?b ] ; x:p/x:q* (1) } }",
    ],
)
def test_a_query_as_people_write_it_has_the_same_answer(text: str) -> None:
    same_answers(FEW, text)


def test_a_variable_that_gets_a_value_below_its_graph_finds_that_graph_alone() -> None:
    """As the standard has it; the engine itself finds all graphs."""
    asked = rewritten("SELECT ?a ?g { GRAPH ?g { ?a x:p ?b BIND(document:x AS ?g) } }")

    _, rows = answer(kept(FEW), asked.text, asked.default_graphs, asked.named_graphs)

    assert rows == Counter((("a", node), ("g", f"<{GRAPHS[1]}>")) for node in ("<x:a>", "<x:b>"))


@pytest.mark.parametrize("default", [[], [ALL], GRAPHS[1:]])
@pytest.mark.parametrize("named", [[], [GRAPHS[1]], [FOREIGN, *GRAPHS]])
def test_a_dataset_that_the_client_chose_is_kept(default: list[str], named: list[str]) -> None:
    text = "SELECT * FROM document:x { { ?a ?p ?b } UNION { GRAPH ?g { ?a ?p ?b } } }"

    same_answers(FEW, text, Dataset(GRAPHS, default, named))


def test_a_query_that_names_no_graph_stays_as_it_is() -> None:
    text = "SELECT  * { ?graph a ex:from } # GRAPH ?g {"

    asked = in_set(text, list(tokens(text)), Dataset(GRAPHS, [ALL]), LIVE, Grammar({"ex": "x:"}, None))

    assert asked == Rewritten(text, (LIVE.physical(ALL),), ())


def test_only_the_names_of_graphs_are_changed() -> None:
    text = "SELECT  ?g\r\nFROM<document/x>{ GRAPH graph:all{ <document/x>\t?p 'é' } #\n GRAPH ?g { } }"

    asked = rewritten(text).text

    table = "VALUES (?stored1 ?g) {  }"
    assert asked == (
        f"SELECT  ?g\r\nFROM<{LIVE.prefix}document/x>{{ GRAPH <{LIVE.prefix}graph/all>{{ <document/x>\t?p 'é' }} #\n "
        f"GRAPH ?stored1 {{ {table}  }} }}"
    )


def test_only_the_graphs_that_a_query_names_are_sent_with_it() -> None:
    asked = rewritten("ASK { GRAPH document:x { ?a ?p ?b } GRAPH document:x { ?a ?q ?b } }")

    assert asked.named_graphs == (LIVE.physical(GRAPHS[1]),)


def is_known(text: str) -> bool:
    """Return whether the engine reads *text*, and knows the functions in it."""
    try:
        return GRAMMAR.can_read(text)
    except RuntimeError:
        return False


@pytest.fixture(scope="module")
def queries_of_w3c(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The queries of the W3C's suites that the engine reads."""
    if not ARCHIVE.exists():
        pytest.skip(f"the suites are not in {FOLDER}; CLOUDINDEX_SUITES says where they are")
    folder = unpack(tmp_path_factory.mktemp("suites")) / RDF_TESTS / "sparql"
    texts = {path.read_bytes().decode(errors="replace") for path in folder.rglob("*.rq")}
    return sorted(filter(is_known, texts))


def test_every_query_of_the_w3c_that_parses_still_does(queries_of_w3c: list[str]) -> None:
    asked = [rewritten(text).text for text in queries_of_w3c]

    assert len(asked) > 700
    assert all(GRAMMAR.can_read(text) for text in asked)
    assert sum(text != before for text, before in zip(asked, queries_of_w3c, strict=True)) > 50


def test_the_questions_of_this_project_have_the_same_answers_in_a_set(index: Index) -> None:
    own = Store.read_only(str(index.generation.store_folder))
    graphs = [graph.value for graph in own.named_graphs() if isinstance(graph, NamedNode)]
    names, everything = Names(index.iris.base, "b"), index.iris.graph("all").value
    server = Store()
    for graph in graphs:
        place = NamedNode(names.physical(graph))
        found = own.quads_for_pattern(None, None, None, NamedNode(graph))
        server.extend(Quad(quad.subject, quad.predicate, quad.object, place) for quad in found)
    grammar = Grammar(index.prefixes, None)

    for question in read_questions(DATA):
        asked = in_set(question.sparql, list(tokens(question.sparql)), Dataset(graphs, [everything]), names, grammar)

        expected = answer(own, question.sparql, [everything], None, index.prefixes)
        assert answer(server, asked.text, asked.default_graphs, asked.named_graphs, index.prefixes) == expected
        assert expected[1], question.id


# --- Nothing else ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "iri", [LIVE.physical(ALL), OTHER.physical(ALL), OTHER.prefix, FOREIGN, f"{LIVE.prefix}../b/graph/all"]
)
def test_what_is_no_graph_of_the_set_is_not_seen(iri: str) -> None:
    for text in (f"ASK {{ GRAPH <{iri}> {{ ?a ?p ?b }} }}", f"ASK FROM <{iri}> {{ ?a ?p ?b }}"):
        asked = rewritten(text)

        assert answer(kept(FEW), asked.text, asked.default_graphs, asked.named_graphs) is False


def test_a_dataset_that_nobody_chose_has_no_default_graph() -> None:
    asked = rewritten("ASK { ?a ?p ?b }", Dataset(GRAPHS))

    assert asked == Rewritten("ASK { ?a ?p ?b }", (), ())


def test_graphs_of_others_can_be_asked_where_they_write_too() -> None:
    asked = rewritten(f"ASK {{ GRAPH <{FOREIGN}> {{ ?a ?p ?b }} }}", names=Names(BASE, "a", shared_writers=True))

    assert answer(kept(FEW), asked.text, asked.default_graphs, asked.named_graphs) is True


@pytest.mark.parametrize(
    "text",
    [
        "ASK { GRAPHdocument:x { ?a ?p ?b } }",
        "ASK FROMdocument:x { ?a ?p ?b }",
        "ASK { FILTER('a'<'b>' && 1 < 2) GRAPH ?g {} FILTER('x' = 'y') }",
        "ASK { FILTER('a'<'b>' && ?a = ' GRAPH <x:x> { ') ?a ?b ?c }",
        "ASK { GRAPH <d\\u006Fcument/x> { ?a ?p ?b } }",
        "ASK { FILTER(?a<?b#>) GRAPH ?g { ?a ?p ?b }\n) }",
    ],
)
def test_a_graph_that_is_named_where_nobody_sees_it_is_refused(text: str) -> None:
    GRAMMAR.read(text)

    with pytest.raises(QueryRefusedError):
        rewritten(text)


def test_a_query_that_would_grow_without_bounds_is_refused() -> None:
    many = Dataset([f"{BASE}document/{number}" for number in range(2000)], [ALL])

    with pytest.raises(QueryRefusedError, match="2,000 graphs at too many places"):
        rewritten(f"ASK {{ {'GRAPH ?g {} ' * 150} }}", many)
    with pytest.raises(QueryRefusedError, match=r"Line 1, column \d+: no query may name graphs at more than 500"):
        rewritten(f"ASK {{ {'GRAPH document:x {} ' * 501} }}")


@pytest.mark.parametrize("text", ["", "ASK { GRAPH ?g }", "ASK { GRAPH none:x {} }", "ASK { GRAPH", "FROM", "ASK {{}"])
def test_what_does_not_parse_is_an_error_of_syntax(text: str) -> None:
    with pytest.raises(SyntaxError):
        rewritten(text)
