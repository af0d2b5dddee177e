"""Federation as text: what asks another service, who may be asked, and what the engine gets in its place."""

import pytest
from pyoxigraph import Store

from graph.errors import QueryRefusedError, RemoteRefusedError
from graph.federation import LOAD, SERVICE, Call, find_calls, in_place, refuse_hidden, rewrite
from graph.remote_hosts import NOBODY, AllowedHosts, parse_hosts
from graph.sparql import read_query, tokens

HOSTS = parse_hosts("example.org, data.example.org:8443, 127.0.0.1:9")
GATEWAY = "http://127.0.0.1:1/5ec3e7/"
PREFIXES = {"ex": "https://example.org/"}


def calls(text: str, hosts: AllowedHosts = HOSTS) -> tuple[Call, ...]:
    """Return what *text* calls."""
    return find_calls(text, list(tokens(text)), PREFIXES, hosts)


def parse_query(text: str) -> None:
    Store().query(text, prefixes=PREFIXES)


def parse_update(text: str) -> None:
    Store().update(text, prefixes=PREFIXES)


# --- Nobody may be asked ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        'SELECT * { ?s ?p "SERVICE <http://e/>" }',
        "SELECT * { ?s ?p '''a\nSERVICE <http://e/> {}''' }",
        'SELECT * { ?s ?p """\nSERVICE <http://e/> { "" }""" }',
        "SELECT * { ?s ?p 'it\\'s a SERVICE' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://e/>",
        "# SERVICE\nSELECT * { ?s ?p ?o }",
        "SELECT * { ?s <http://e/SERVICE> ?o }",
        "SELECT * { ?s <http://e/a#SERVICE> ?o }",
        "PREFIX ex: <http://e/> SELECT * { ?s a ex:service }",
        "PREFIX ex: <http://e/> SELECT * { ?s a ex:SERVICE }",
        "PREFIX service: <http://e/> SELECT * { ?s a service:a }",
        "SELECT ?service { ?service ?p $SERVICE }",
        "SELECT * { _:service ?p ?o }",
        "SELECT * { ?s a ci:ServiceMesh }",
    ],
)
def test_the_word_service_is_free_where_it_asks_nobody(query: str) -> None:
    found = calls(query, hosts=NOBODY)

    assert found == ()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "select * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a'. SERVICE ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p '\\''. SERVICE <http://127.0.0.1:9/> { ?s ?p '' } }",
        "SELECT * { ?s ?p '''a'''. SERVICE <http://127.0.0.1:9/> { ?s ?p '''b''' } }",
        "SELECT * { ?s ?p ?o .#\rSERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . VALUES ?v { UNDEF }SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    ],
)
def test_another_service_is_never_asked(query: str) -> None:
    with pytest.raises((QueryRefusedError, RemoteRefusedError), match="SERVICE is not allowed"):
        calls(query, hosts=NOBODY)


def test_a_refusal_says_where() -> None:
    with pytest.raises((QueryRefusedError, RemoteRefusedError), match=r"^Line 2, column 3: SERVICE"):
        calls("SELECT * {\n  SERVICE <http://e/> { ?s ?p ?o } }", hosts=NOBODY)


# --- Who is on the list may be ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rewritten", "iris"),
    [
        (
            "ASK { SERVICE <http://example.org/sparql> {} }",
            "ASK {  SERVICE <GATEWAY0>  {} }",
            ["http://example.org/sparql"],
        ),
        (
            "ASK { ?a ?b ?c service#1\nSilent ex:sparql{} }",
            "ASK { ?a ?b ?c  SERVICE SILENT <GATEWAY0> {} }",
            ["https://example.org/sparql"],
        ),
        (
            "PREFIX e: <http://example.org/é?q=> ASK { 'SERVICE <http://e/>' ex:SERVICE 1 . SERVICE e:1 {} "
            "SERVICE <https://DATA.example.org:8443> {} }",
            "PREFIX e: <http://example.org/é?q=> ASK { 'SERVICE <http://e/>' ex:SERVICE 1 .  SERVICE <GATEWAY0>  {} "
            " SERVICE <GATEWAY1>  {} }",
            ["http://example.org/%C3%A9?q=1", "https://data.example.org:8443/"],
        ),
    ],
)
def test_a_call_gets_a_local_address(text: str, rewritten: str, iris: list[str]) -> None:
    found = calls(text)

    result = rewrite(text, found, GATEWAY)

    assert [call.iri for call in found] == iris
    assert result == rewritten.replace("GATEWAY", GATEWAY)
    refuse_hidden(result, GATEWAY, parse_query)


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("LOAD <http://example.org/a.ttl>", " LOAD <GATEWAY0> "),
        ("load silent ex:a", " LOAD SILENT <GATEWAY0> "),
        (
            "LOAD <http://example.org/a> INTO GRAPH <a:load> ; INSERT { <a:b> <a:b> ?x } WHERE { SERVICE ex:b {} }",
            " LOAD <GATEWAY0> INTO  GRAPH <a:load> ; INSERT { <a:b> <a:b> ?x } WHERE {  SERVICE <GATEWAY1>  {} }",
        ),
    ],
)
def test_an_update_that_loads_gets_a_local_address(text: str, rewritten: str) -> None:
    result = rewrite(text, calls(text), GATEWAY)

    assert result == rewritten.replace("GATEWAY", GATEWAY)
    refuse_hidden(result, GATEWAY, parse_update, (SERVICE, LOAD))


@pytest.mark.parametrize(
    "hidden",
    [
        "LOAD<http://e/>",
        "LOADSILENT<http://e/>INTO GRAPH <a:b>",
        "LOADex:a",
        "INSERT { <a:b> <a:b> ?x } WHERE { FILTER('a'<'b>')SERVICE<http://e/>{ ?x ?y 'z' } }",
    ],
)
def test_an_update_that_hides_what_it_asks_is_refused(hidden: str) -> None:
    text = f" LOAD <{GATEWAY}0> ; {hidden}"

    with pytest.raises((QueryRefusedError, SyntaxError)):
        refuse_hidden(text, GATEWAY, parse_update, (SERVICE, LOAD))


def test_an_update_that_loads_nothing_passes() -> None:
    refuse_hidden("INSERT DATA { <a:load> <a:service> 'LOAD <http://e/>' }", "", parse_update, (SERVICE, LOAD))


def test_a_place_that_is_no_call_to_the_engine_is_refused() -> None:
    """The engine reads “<” as "less than" here, and a text behind it."""
    text = f"ASK {{ ?s ?p ?o FILTER('a'<'b>  SERVICE <{GATEWAY}0> ') }}"

    with pytest.raises((QueryRefusedError, RemoteRefusedError), match="not allowed in this form"):
        refuse_hidden(text, GATEWAY, parse_query)


def test_words_keep_their_places_where_nobody_is_asked() -> None:
    text = "ASK {\n  SERVICE # SILENT\n SILENT\n <http://example.org/> { ?a } }"

    result = in_place(text, calls(text))

    assert result == "ASK {\n  GRAPH           \n       \n <http://example.org/> { ?a } }"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ASK { SERVICE <http://other.org/> {} }", "other.org is not among"),
        ("ASK { SERVICE <http://example.org:81/> {} }", "example.org:81 is not among"),
        ("ASK { SERVICE <https://data.example.org/> {} }", "data.example.org is not among"),
        ("ASK { SERVICE <http://example.org.other.org/> {} }", "is not among"),
        ("PREFIX e: <http://example.org> ASK { SERVICE e:\\@other.org {} }", "names a user"),
        ("PREFIX e: <http://example.org.> ASK { SERVICE e:other.org {} }", "is not among"),
        ("PREFIX e: <http://example.org/> PREFIX e: <http://other.org/> ASK { SERVICE e:a {} }", "declared twice"),
        ("ASK { SERVICE ?x {} }", "could ask anyone"),
        ("ASK { SERVICE $x {} }", "could ask anyone"),
        ("ASK { SERVICE ex:a { SERVICE ex:b {} } }", "inside another"),
        ("ASK { SERVICE ex:a { { ?a ?b ?c } OPTIONAL { SERVICE ex:b {} } } }", "inside another"),
        ("ASK { " + "SERVICE ex:a {} " * 17 + "}", "no more than 16"),
        ("LOAD <file:///etc/passwd>", "only http and https"),
    ],
)
def test_who_may_not_be_asked_is_refused(text: str, reason: str) -> None:
    with pytest.raises((QueryRefusedError, RemoteRefusedError), match=reason) as raised:
        calls(text)

    assert getattr(raised.value, "line") == 1  # noqa: B009  # both kinds have one


def test_an_escaped_name_stands_for_what_it_means() -> None:
    found = calls("ASK { SERVICE ex:\\@other.org {} }")

    assert [call.iri for call in found] == ["https://example.org/@other.org"]


def test_services_beside_one_another_are_not_nested() -> None:
    found = calls("ASK { { SERVICE ex:a { { ?a ?b ?c } } } UNION { SERVICE ex:b {} } SERVICE ex:c {} }")

    assert [call.iri[-1] for call in found] == ["a", "b", "c"]


def test_an_answer_with_the_words_of_others_is_not_repeatable() -> None:
    assert not read_query("ASK { SERVICE ex:a {} }").is_repeatable
    assert read_query("ASK { ?service a ex:service }").is_repeatable
