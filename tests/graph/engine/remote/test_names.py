"""The names of the graphs of a set: one for people, one on the server, and nothing between sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from graph.engine.remote.names import Names

BASE = "https://e.example/"
IRIS = st.builds("{}{}".format, st.sampled_from(["", BASE, f"{BASE}sets/a/", f"{BASE}sets/b/", "urn:"]), st.text())


@given(path=st.text())
def test_a_name_below_the_base_leads_to_the_graph_and_back(path: str) -> None:
    names, iri = Names(BASE, "a"), f"{BASE}document/{path}"

    assert names.physical(iri).startswith(names.prefix)
    assert names.logical(names.physical(iri)) == iri


@given(iri=IRIS, other=IRIS, shared=st.booleans())
def test_no_two_names_lead_to_one_graph_nor_any_to_the_other_set(iri: str, other: str, shared: bool) -> None:
    names = Names(BASE, "a", shared_writers=shared)

    assert (names.physical(iri) == names.physical(other)) == (iri == other)
    assert not names.physical(iri).startswith(Names(BASE, "b").prefix)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("iri", [f"{BASE}sets/b/graph/all", f"{BASE}sets/a/sets/urn%3Ax", f"{BASE}graph/all"])
def test_what_is_no_graph_of_the_set_has_no_name(iri: str, shared: bool) -> None:
    assert Names(BASE, "a", shared_writers=shared).logical(iri) == ""


def test_graphs_of_others_keep_their_names_where_they_write_too() -> None:
    names = Names(BASE, "a", shared_writers=True)

    assert (names.physical("urn:x"), names.logical("urn:x")) == ("urn:x", "urn:x")
    assert Names(BASE, "a").logical("urn:x") == ""


@pytest.mark.parametrize("iri", ["urn:a b", 'http://é/<>"{}|^`\\', "", "\N{GRINNING FACE}"])
def test_every_name_leads_to_a_name(iri: str) -> None:
    NamedNode(Names(BASE, "a").physical(iri))
