"""SPARQL text: its words, its form, what is refused, and what a person is told about a mistake."""

import re
import time
from collections.abc import Callable, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Store

from graph.errors import QueryRefusedError, QuerySyntaxError
from graph.iris import Iris
from graph.sparql import MOST_HINTS, Form, hints, read_query, tokens
from graph.sparql_mistakes import explain
from graph.vocabulary import Vocabulary

CI = "https://w3id.org/cloudindex/ontology#"

# Text as people and fuzzers write it: pieces that a tokenizer may stumble over, and anything at all.
PIECES = st.sampled_from(
    [
        *("SELECT", "?x", "{", "}", "(", ")", "[", "]", "<", ">", "<http://e/#a>", "ex:a", ":", "ex:", "_:b", "@en-GB"),
        *(
            '"',
            "'",
            '"""',
            "'''",
            "\\",
            '"a\\"b"',
            "'a'",
            "#",
            "# c\n",
            "\r\n",
            "\t",
            "1.5e3",
            ".",
            ";",
            "/",
            "^^",
            "é",
        ),
        *("a", "-", "_", "a.b-1", "1e+", "e", "%41", '"""', "\\'", "'x"),
        *("SERVICE", "service", "\N{GRINNING FACE}", "\x00", "\ufeff", "\u2028"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@pytest.fixture(scope="module")
def prefixes(vocabulary: Vocabulary, iris: Iris) -> Mapping[str, str]:
    """The prefixes that need no declaration."""
    return {**vocabulary.prefixes, "id": f"{iris.base}id/", "graph": f"{iris.base}graph/"}


def explained(query: str, prefixes: Mapping[str, str]) -> QuerySyntaxError:
    """Return what a person is told of *query*, which the real engine must have refused."""
    with pytest.raises(SyntaxError) as refused:
        Store().query(query, prefixes=dict(prefixes))
    return explain(query, str(refused.value.msg or refused.value), prefixes)


# --- Words -----------------------------------------------------------------------------------


def test_comments_and_spaces_are_no_words() -> None:
    found = [token.text for token in tokens("SELECT # all of them\n *\t# to the end")]

    assert found == ["SELECT", "*"]


@pytest.mark.parametrize(
    "text",
    [
        '"double"',
        "'single'",
        '"""long " and ""\nover lines"""',
        "'''long ' and ''\nover lines'''",
        '"with \\" inside"',
        "'with \\\\'",
        '""',
        "''''''",
        '"# no comment"',
        "'<no:iri>'",
    ],
)
def test_a_string_is_one_word(text: str) -> None:
    found = [(token.kind, token.text) for token in tokens(f"?x schema:name {text} .")]

    assert found[2] == ("string", text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<https://example.org/a#b>", "iri"),
        ("<>", "iri"),
        ("ex:a", "name"),
        ("ex:", "name"),
        (":a", "name"),
        (":", "name"),
        ("ex:a.b-c", "name"),
        ("ex:a%20b", "name"),
        ("ex:a\\/b", "name"),
        ("?x", "variable"),
        ("$x", "variable"),
        ("?é1", "variable"),
        ("_:b1", "blank"),
        ("@en-GB", "language"),
        ("1", "number"),
        ("1.5", "number"),
        ("1e6", "number"),
        ("1.5E-6", "number"),
        (".5", "number"),
        ("ENCODE_FOR_URI", "word"),
        ("a", "word"),
    ],
)
def test_a_word_has_its_kind(text: str, kind: str) -> None:
    found = [(token.kind, token.text) for token in tokens(f"{text} ")]

    assert found == [(kind, text)]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("ex:a/ex:b", ["ex:a", "/", "ex:b"]),
        ("ex:a+", ["ex:a", "+"]),
        ("ex:a*", ["ex:a", "*"]),
        ("ex:a?", ["ex:a", "?"]),
        ("ex:a|^ex:b", ["ex:a", "|", "^", "ex:b"]),
        ("ex:a='b'", ["ex:a", "=", "'b'"]),
        ("ex:a!='b'", ["ex:a", "!", "=", "'b'"]),
        ("ex:a&&ex:b", ["ex:a", "&", "&", "ex:b"]),
        ("ex:a# comment", ["ex:a"]),
    ],
)
def test_the_marks_of_a_path_or_an_expression_end_a_name(path: str, words: list[str]) -> None:
    """The local part of a name holds them only after a backslash."""
    found = [token.text for token in tokens(path)]

    assert found == words


def test_a_word_has_its_place_from_one() -> None:
    query = 'SELECT ?x\n{\n  ?x a """two\nlines""" . ?y }'

    found = {token.text: (token.line, token.column) for token in tokens(query)}

    assert found["SELECT"] == (1, 1)
    assert found["a"] == (3, 6)
    assert found["?y"] == (4, 12)


@given(text=TEXTS)
@example(text="'")
@example(text='"""a')
@example(text="\\")
@example(text='"""x"\\"""x"\\"""')
@example(text="a.b-_a.1e+2.")
@example(text="_a.b:c")
def test_the_words_stand_in_the_text_where_they_say(text: str) -> None:
    """For any text: nothing is lost, nothing is made up, and what lies between is space and comment."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    places = [(starts[token.line - 1] + token.column - 1, token.text) for token in tokens(text)]

    end = 0
    for start, word in places:
        assert text[start : start + len(word)] == word
        assert re.fullmatch(r"(?:\s|#[^\n\r]*)*", text[end:start])
        end = start + len(word)
    assert re.fullmatch(r"(?:\s|#[^\n\r]*)*", text[end:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("true.SERVICE<http://e/>", ["true", ".", "SERVICE", "<http://e/>"]),
        ("true.ex:a", ["true.ex:a"]),
        ("true.-1e+3", ["true", ".", "-", "1e+3"]),
        ("_a.ex:b", ["_a", ".", "ex:b"]),
        ("?x.ex:b", ["?x", ".", "ex:b"]),
        ("a.b.:c", ["a", ".", "b", ".", ":c"]),
        ('{"""a"}', ["{", '""', '"a"', "}"]),
        ("{'''a'}", ["{", "''", "'a'", "}"]),
        ('{"""a}', ["{", '"""', "a", "}"]),
    ],
)
def test_the_longest_word_is_taken_that_there_is(text: str, words: list[str]) -> None:
    """As the grammar wants it, and as the engine does: what is no name is several words, three quotes may be two."""
    found = [token.text for token in tokens(text)]

    assert found == words


def seconds_for(work: Callable[[], object]) -> float:
    """Return the processor time that *work* takes when nothing gets in its way."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize("before", ["SELECT * { ?s ?p ", '"""', "'x"])
@pytest.mark.parametrize(
    "unit",
    [
        *("a.", "a-", "a.1e", "_a.", "é.", "é", "1", "1.", "1e+", "_:", "_:.", "_:a.", "@", "@a-", "^^", "%", "%41"),
        *(":", ":a.", "a:.", ":\\.", "?", "$a", "<", "<a", "< ", "#", "#\n", "{", "}", "[(", ".", "-", " .", "\0"),
        *("\n", '"', "'", '"\\', "'\\", '"""\\', '"""x"\\', "'''x'\\", '"\\\n', "\\", "\\\"'", "\"'"),
    ],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_text(before: str, unit: str) -> None:
    """Everybody may ask, and the text is read before anything else: none may be made that takes hours."""
    short, long = (before + unit * (characters // len(unit)) for characters in (8_000, 32_000))

    growth = seconds_for(lambda: list(tokens(long))) / max(seconds_for(lambda: list(tokens(short))), 0.001)

    assert growth < 8


# --- Form and refusals -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { ?s ?p ?o }", Form.SELECT),
        ("select * { ?s ?p ?o }", Form.SELECT),
        ("ASK {}", Form.ASK),
        ("CONSTRUCT WHERE { ?s ?p ?o }", Form.CONSTRUCT),
        ("DESCRIBE id:rook", Form.DESCRIBE),
        (
            "# SELECT\nPREFIX ask: <http://e/ask>\nBASE <http://e/select> CONSTRUCT WHERE { ?s ask:select ?o }",
            Form.CONSTRUCT,
        ),
        ("ASK { { SELECT ?x { ?x ?y ?z } } }", Form.ASK),
        ("?insert", Form.UNKNOWN),
        ("", Form.UNKNOWN),
    ],
)
def test_the_form_is_that_of_the_outermost_query(query: str, form: Form) -> None:
    found = read_query(query).form

    assert found is form


@pytest.mark.parametrize("form", Form)
def test_only_construct_and_describe_give_a_graph(form: Form) -> None:
    expected = form in (Form.CONSTRUCT, Form.DESCRIBE)

    assert form.is_graph is expected


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://e/>",
        "clear all",
        "CREATE GRAPH <a:b>",
        "DROP ALL",
        "COPY DEFAULT TO <a:b>",
        "MOVE DEFAULT TO <a:b>",
        "ADD DEFAULT TO <a:b>",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX ex: <http://e/> INSERT { ex:a ex:b ex:c } WHERE { SELECT * { ?s ?p ?o } }",
    ],
)
def test_an_update_is_refused(update: str) -> None:
    with pytest.raises(QueryRefusedError, match="changes the graph, and this is for queries"):
        read_query(update)


@given(text=TEXTS)
def test_looking_for_the_form_never_crashes(text: str) -> None:
    try:
        form = read_query(text).form
    except QueryRefusedError:
        return

    assert form in Form


@pytest.mark.parametrize(
    ("query", "is_repeatable"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT (NOW() AS ?t) {}", False),
        ("SELECT (rand() AS ?t) {}", False),
        ("SELECT (STRUUID() AS ?t) {}", False),
        ("SELECT * { ?s ex:now 'NOW()' }", True),
    ],
)
def test_what_depends_on_the_clock_or_on_chance_is_known(query: str, is_repeatable: bool) -> None:
    found = read_query(query)

    assert found.is_repeatable is is_repeatable


# --- Hints -----------------------------------------------------------------------------------


def test_an_unknown_term_is_hinted_at_with_its_place_and_the_nearest(
    vocabulary: Vocabulary, prefixes: Mapping[str, str]
) -> None:
    found = hints(tuple(tokens("SELECT ?x {\n  ?x ci:usesTol id:ansible }")), vocabulary, prefixes)

    assert [str(hint) for hint in found] == [
        "ci:usesTol is not in the ontology (line 2, column 6); did you mean ci:usesTool?"
    ]


def test_an_unknown_term_is_hinted_at_under_a_prefix_of_ones_own_and_as_an_iri(
    vocabulary: Vocabulary, prefixes: Mapping[str, str]
) -> None:
    query = f"PREFIX cloud: <{CI}> SELECT * {{ ?x a cloud:Orchestratr ; <{CI}usesTol> ?y }}"

    found = hints(tuple(tokens(query)), vocabulary, prefixes)

    assert [hint.token.text for hint in found] == ["cloud:Orchestratr", f"<{CI}usesTol>"]
    assert all(hint.suggestions for hint in found)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?x a ci:ClusterInstaller ; ci:usesTool ?y }",
        "SELECT * { ?x ci:usesTool/schema:name ?y }",
        "SELECT * { ?x ci:dependsOn+ ?y ; ci:uses* ?z }",
        "SELECT * { ?x ci:uses|^ci:usedBy ?y }",
        "SELECT * { ?x ci:uses/ci:uses ?y FILTER(?y=ci:stated) }",
        "SELECT * { GRAPH ?g { ?r rdf:subject id:rook ; ci:line ?line ; ci:basis ci:stated } }",
        "SELECT * { ?x ci:polarity ci:pro }",
        "SELECT * { ?x a 'ci:Nothing' } # ci:Nothing",
        f"SELECT * {{ ?x ?y ?z FILTER(STRSTARTS(STR(?y), STR(ci:))) }} # <{CI}>",
        f"PREFIX ci: <{CI}> SELECT * {{ ?x a <http://example.org/other#Thing> }}",
        "SELECT * { ?x a unheard:Of }",
    ],
)
def test_what_is_in_the_ontology_or_in_no_namespace_of_it_gives_no_hint(
    query: str, vocabulary: Vocabulary, prefixes: Mapping[str, str]
) -> None:
    found = hints(tuple(tokens(query)), vocabulary, prefixes)

    assert [str(hint) for hint in found] == []


def test_nothing_near_gives_a_hint_without_a_proposal(vocabulary: Vocabulary, prefixes: Mapping[str, str]) -> None:
    found = hints(tuple(tokens("SELECT * { ?x a ci:Zqxjkvwyzzy }")), vocabulary, prefixes)

    assert [str(hint) for hint in found] == ["ci:Zqxjkvwyzzy is not in the ontology (line 1, column 17)"]


def test_of_many_unknown_terms_the_first_are_told(vocabulary: Vocabulary, prefixes: Mapping[str, str]) -> None:
    found = tuple(tokens(" ".join(f"ci:usesX{number}" for number in range(100))))

    told = hints(found, vocabulary, prefixes, most=3)

    assert [hint.token.text for hint in told] == ["ci:usesX0", "ci:usesX1", "ci:usesX2"]
    assert len(hints(found, vocabulary, prefixes)) == MOST_HINTS


def test_what_is_near_is_sought_for_the_terms_that_are_told_and_no_others(
    vocabulary: Vocabulary, prefixes: Mapping[str, str]
) -> None:
    few, many = (tuple(tokens(" ".join(f"ci:usesX{one}" for one in range(count)))) for count in (3, 3_000))

    growth = seconds_for(lambda: hints(many, vocabulary, prefixes, most=3)) / max(
        seconds_for(lambda: hints(few, vocabulary, prefixes, most=3)), 0.001
    )

    assert growth < 50


def test_a_hint_on_an_endless_term_is_short(vocabulary: Vocabulary, prefixes: Mapping[str, str]) -> None:
    (hint,) = hints(tuple(tokens(f"ci:{'a' * 100_000}")), vocabulary, prefixes)

    assert len(str(hint)) < 300


# --- Mistakes --------------------------------------------------------------------------------

# The query, the line and column of the mistake, the word that stands there, and what was meant.
MISTAKES: list[tuple[str, int, int, str, str | None]] = [
    ("", 1, 1, "", None),
    ("  \n# nothing but a comment\n", 1, 1, "", None),
    # Misspelt words
    ("SELEC ?x WHERE { ?x a ci:Software }", 1, 1, "SELEC", "SELECT"),
    ("SELECT ?x WHER { ?x a ci:Software }", 1, 11, "WHER", "WHERE"),
    ("SELECT ?x WHERE {\n  ?x schema:name ?name .\n  FILTR (?name = 'Rook')\n}", 3, 3, "FILTR", "FILTER"),
    ("SELECT ?x {\n  OPTIONL { ?x a ci:Software }\n}", 2, 3, "OPTIONL", "OPTIONAL"),
    ("SELECT ?x { ?x schema:name ?n FILTER regx(?n, 'k') }", 1, 38, "regx", "REGEX"),
    ("SELECT ?x { ?x schema:name ?n\n  FILTER (strstart(?n, 'k')) }", 2, 11, "strstart", "STRSTARTS"),
    ("CONSTRCT { ?x a ?y } WHERE { ?x a ?y }", 1, 1, "CONSTRCT", "CONSTRUCT"),
    ("SELECT ?x { ?x a ci:Software } ORDR BY ?x", 1, 32, "ORDR", "ORDER"),
    ("SELECT ?x { ?x a ci:Software }\nLIMT 10", 2, 1, "LIMT", "LIMIT"),
    # Prefixes
    ("SELECT ?x\nWHERE {\n  ?x a cii:Software\n}", 3, 8, "cii:Software", "ci"),
    ("SELECT ?x { ?x shema:name ?y }", 1, 16, "shema:name", "schema"),
    ("PREFIX ex: <http://e/>\nSELECT ?x { ?x exx:a ?y }", 2, 16, "exx:a", "ex"),
    ("SELECT ?x { ?x :name ?y }", 1, 16, ":name", None),
    # Brackets and strings
    ("SELECT ?x WHERE { ?x a ci:Software", 1, 17, "{", None),
    ("SELECT ?x WHERE {\n  { ?x a ci:Software }\n  UNION {\n", 3, 9, "{", None),
    ("SELECT ?x WHERE { ?x a ci:Software }}", 1, 37, "}", None),
    ("SELECT ?x {\n  ?x a ci:Software ]\n}", 2, 20, "]", None),
    ("SELECT (COUNT(?x) AS ?n { ?x a ci:Software }", 1, 8, "(", None),
    ('SELECT ?x { ?x schema:name "Rook }', 1, 28, '"', None),
    ("SELECT ?x {\n  ?x schema:name 'Rook\n}", 2, 18, "'", None),
    ('SELECT ?x {\n  ?x schema:name """Rook\n}', 2, 18, '"""', None),
    # Something is missing
    ("SELECT WHERE { ?x a ci:Software }", 1, 8, "WHERE", None),
    ("SELECT ?x { ?x a }", 1, 18, "}", None),
    ("SELECT ?x {\n  ?x ci:uses\n}", 3, 1, "}", None),
    ("SELECT (COUNT(?x) ?n) { ?x a ci:Software }", 1, 19, "?n", None),
    ("SELECT ?x { ?x a ?y } ORDER ?x", 1, 29, "?x", None),
    ("SELECT ?x { GRAPH { ?x a ?y } }", 1, 19, "{", None),
    ("SELECT ?x { ?x a ?y } LIMIT", 1, 28, "", None),
    ("ASK", 1, 4, "", None),
    # Something is too much
    ("SELECT ?x { ?x a ci:Software } rubbish", 1, 32, "rubbish", None),
    ("SELECT ?x { ?x a ci:Software } ?y", 1, 32, "?y", None),
    ("SELECT ?x, ?y { ?x a ?y }", 1, 10, ",", None),
    ("SELECT ?x { ?x a ?y } LIMIT 10 LIMIT 5", 1, 32, "LIMIT", None),
    ("SELECT ?x { ?x a ?y } LIMIT ten", 1, 29, "ten", None),
    ("SELECT ?x {\n  ?x a ?y ;\n     ci:uses ci:uses ci:uses ?z .\n}", 3, 22, "ci:uses", None),
    ("SELECT ?x WHERE ( ?x a ?y )", 1, 17, "(", None),
    ("WHERE { ?x a ci:Software }", 1, 1, "WHERE", None),
    ("{ ?x a ci:Software }", 1, 1, "{", None),
    ("SELECT ?x { ?x Rook ?y }", 1, 16, "Rook", None),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: str(mistake[0])[:40])
def test_a_mistake_is_shown_where_it_was_made(
    mistake: tuple[str, int, int, str, str | None], prefixes: Mapping[str, str]
) -> None:
    query, line, column, word, suggestion = mistake

    error = explained(query, prefixes)

    assert (error.line, error.column, error.word) == (line, column, word)
    assert suggestion is None or suggestion in error.suggestions
    assert str(error).startswith(f"Line {line}, column {column}: ")


@pytest.mark.parametrize("query", [mistake[0] for mistake in MISTAKES], ids=lambda query: str(query)[:40])
def test_a_mistake_is_told_in_words_of_sparql(query: str, prefixes: Mapping[str, str]) -> None:
    """Nothing of the engine's grammar shows through: no character classes, no halves of names."""
    message = str(explained(query, prefixes))

    assert not re.search(r"\['|\\u|\.\.=|\b(?:F{2,3}|FEF|FDCF|FDF|FFFD|MD|LITERAL|NUMERIC)\b|error at", message)


def test_an_unknown_prefix_is_told_with_those_that_are_known(prefixes: Mapping[str, str]) -> None:
    error = explained("SELECT ?x { ?x a cii:Software }", prefixes)

    assert "the prefix “cii:” is not declared" in str(error)
    assert "ci:, dcterms:" in str(error)


def test_a_text_ends_too_early_only_where_it_ends(prefixes: Mapping[str, str]) -> None:
    error = explained("SELECT ?x ?y { ?x a ci:Software } GROUP BY ?x", prefixes)

    assert "ends too early" not in str(error)
    assert "variable that is unbound" in str(error)


def test_where_a_text_ends_is_told_in_lines_as_editors_count_them(prefixes: Mapping[str, str]) -> None:
    error = explained('SELECT ?x {\n ?x schema:name "one\u2028two" } ORDER BY', prefixes)

    assert "ends too early" in str(error)
    assert (error.line, error.column) == (2, 37)


def test_an_address_without_its_closing_bracket_is_not_taken_for_a_prefix(prefixes: Mapping[str, str]) -> None:
    error = explained("SELECT ?x { ?x a <http://example.org/a b> }", prefixes)

    assert (error.line, error.column) == (1, 18)
    assert "prefix" not in str(error)


@given(query=TEXTS, message=st.one_of(st.text(max_size=40), st.from_regex(r"error at [0-9]{1,3}:[0-9]{1,3}: .{0,30}")))
@example(query="", message="error at 1:1: expected x")
@example(query="SELECT", message="error at 99:99: expected [_]")
@example(query="SELECT", message="")
def test_explaining_never_crashes(query: str, message: str) -> None:
    error = explain(query, message, {"ci": CI})

    assert error.line >= 1
    assert error.column >= 1
    assert str(error).startswith(f"Line {error.line}, column {error.column}: ")


@given(text=TEXTS)
def test_whatever_the_engine_says_of_any_text_is_explained(text: str) -> None:
    try:
        Store().query(text)
    except SyntaxError as error:
        explanation = explain(text, str(error.msg or error), {})
    else:
        return

    assert len(str(explanation)) > len("Line 1, column 1: ")
