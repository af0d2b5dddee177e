"""Accept → format: weights, wildcards, what is refused, and what is malformed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import NotAcceptableError
from api.negotiation import Range, choose, parse_accept
from graph.errors import UnknownFormatError
from graph.formats import CSV, GRAPHS, JSON, JSON_LD, NTRIPLES, RDF_XML, RESULTS, TSV, TURTLE, XML, Format

HEADERS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["text/turtle", "*/*", "text/*", ";q=", "0.5", ",", ";", "q=0", "q=1", "application/*", "/", "=", " ", "é"]
        ),
        max_size=15,
    ).map("".join),
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("  ", TURTLE),
        ("*/*", TURTLE),
        ("text/*", TURTLE),
        ("application/*", NTRIPLES),
        ("text/turtle", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("application/ld+json", JSON_LD),
        ("application/rdf+xml, text/turtle", TURTLE),
        ("application/rdf+xml, text/turtle;q=0.9", RDF_XML),
        ("application/rdf+xml;q=0.5,text/turtle;q=0.4", RDF_XML),
        ("application/rdf+xml ; Q=0.5 , text/turtle ; q=0.4", RDF_XML),
        ("text/turtle;q=0.1, */*;q=0.2", NTRIPLES),
        ("*/*;q=0.2, text/turtle;q=0.1", NTRIPLES),
        ("text/*;q=0.3, text/turtle;q=0, */*;q=0.2", NTRIPLES),
        ("text/turtle;q=0, */*", NTRIPLES),
        ("text/turtle;charset=utf-8;q=0.2, application/n-triples;q=0.3", NTRIPLES),
        ("image/png, application/ld+json;q=0.1", JSON_LD),
        # Names by which a format goes too
        ("application/json", JSON_LD),
        ("text/xml", RDF_XML),
        ("text/plain", NTRIPLES),
        ("application/x-turtle", TURTLE),
        # What is malformed is passed over
        ("text/turtle;q=high, application/rdf+xml;q=0.1", RDF_XML),
        ("turtle, application/rdf+xml;q=0.1", RDF_XML),
        ("text/turtle;q=7, application/rdf+xml;q=0.1", RDF_XML),
        ("text/turtle;q=-1, application/rdf+xml;q=0.1", RDF_XML),
        ("text/turtle;q=nan, application/rdf+xml;q=0.1", RDF_XML),
        (",,;;q=1,application/rdf+xml", RDF_XML),
    ],
)
def test_the_client_gets_what_it_likes_best(accept: str | None, expected: Format) -> None:
    found = choose(GRAPHS, accept=accept)

    assert found is expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
        ("application/json, text/plain, */*", JSON),
        ("text/csv;q=0.5, text/tab-separated-values", TSV),
        ("text/*", CSV),
    ],
)
def test_a_table_is_chosen_as_a_graph_is(accept: str, expected: Format) -> None:
    found = choose(RESULTS, accept=accept)

    assert found is expected


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "*/*;q=0", "text/turtle;q=0", "text/turtle;q=0.0, image/*", "nonsense", ","]
)
def test_nothing_that_fits_is_an_error_that_lists_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptableError) as raised:
        choose(GRAPHS, accept=accept)

    assert raised.value.allowed == tuple(form.media_type for form in GRAPHS)
    assert accept in str(raised.value)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: str(form.name))
def test_the_parameter_goes_before_the_header(form: Format) -> None:
    words = (form.name, form.extension, form.media_type, form.name.upper(), f" {form.name} ")

    found = [choose(GRAPHS, accept="image/png", wanted=word) for word in words]

    assert found == [form] * len(words)


def test_a_parameter_that_names_no_format_proposes_one() -> None:
    with pytest.raises(UnknownFormatError) as raised:
        choose(GRAPHS, accept=None, wanted="turtel")

    assert raised.value.suggestions == ("turtle",)
    assert raised.value.allowed == ("turtle", "n-triples", "rdf-xml", "json-ld")


def test_a_range_is_read_with_its_weight() -> None:
    found = parse_accept("text/turtle;q=0.5, */*;q=0.1, text/*")

    assert found == [Range("text/turtle", 0.5), Range("*/*", 0.1), Range("text/*", 1.0)]


@given(header=HEADERS)
def test_no_header_makes_it_crash(header: str) -> None:
    try:
        found = choose(GRAPHS, accept=header)
    except NotAcceptableError:
        return

    assert found in GRAPHS


@given(header=HEADERS)
def test_every_range_has_a_weight_between_nothing_and_one(header: str) -> None:
    ranges = parse_accept(header)

    assert all(0 <= one.weight <= 1 and "/" in one.media_type for one in ranges)


@given(wanted=st.text(max_size=20))
def test_no_parameter_makes_it_crash(wanted: str) -> None:
    try:
        found = choose(RESULTS, accept=None, wanted=wanted)
    except UnknownFormatError:
        return

    assert found in RESULTS
