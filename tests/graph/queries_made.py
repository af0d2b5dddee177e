"""Queries made up from the grammar, about a few graphs."""

from typing import Final

from hypothesis import strategies as st

BASE: Final = "https://e.example/"
GRAPHS: Final = [f"{BASE}{name}" for name in ("graph/all", "document/x", "document/x/provenance", "document/y")]
NODES: Final = ["x:a", "x:b", *GRAPHS[1:3]]
PREFIXES: Final = {"x": "x:", "document": f"{BASE}document/", "graph": f"{BASE}graph/"}

TERMS: Final = ("?a", "?b", "?c", "?a", "?b", "?c", "?g", "$g", "?h", "x:a", "document:x")
NAMES: Final = ("document:x", "document:x", "graph:all", f"<{GRAPHS[2]}>", "<document/y>", "<urn:none>")
PROJECTIONS: Final = ("*", "DISTINCT *", "?g", "DISTINCT ?a ?g", "?h")
VARIABLES: Final = ("?g", "?g", "?h", "$a")
MOST_NESTED: Final = 3

term = st.sampled_from(TERMS)
name = st.sampled_from(NAMES)
variable = st.sampled_from(VARIABLES)


@st.composite
def triple(draw: st.DrawFn) -> str:
    """A pattern."""
    verb = draw(st.sampled_from(["x:p", "x:q", "?p", "?q", "x:p|x:q", "^x:p", "x:p/x:q"]))
    return f"{draw(term)} {verb} {draw(term)} ."


@st.composite
def condition(draw: st.DrawFn) -> str:
    """A filter that looks at no pattern."""
    return draw(
        st.sampled_from(
            [
                f"FILTER({draw(variable)} {draw(st.sampled_from(['=', '!=']))} {draw(name)})",
                f"FILTER(BOUND({draw(variable)}))",
                f"VALUES {draw(variable)} {{ {draw(name)} {draw(name)} }}",
            ]
        )
    )


@st.composite
def group(draw: st.DrawFn, depth: int = 0) -> str:
    """A group, which begins with a pattern: without one the engine binds no graph, against the standard."""
    parts = [draw(triple()), *draw(st.lists(condition(), max_size=1))]
    if depth < MOST_NESTED:
        parts += draw(st.lists(element(depth + 1), max_size=2))
    return " ".join(parts)


@st.composite
def element(draw: st.DrawFn, depth: int) -> str:
    """A part of a group."""
    inner = draw(group(depth))
    if draw(st.booleans()) and depth < MOST_NESTED:
        return f"GRAPH ?g {{ {inner} {draw(element(depth + 1))} }}"
    return draw(
        st.sampled_from(
            [
                f"GRAPH {draw(variable)} {{ {inner} }}",
                f"GRAPH ?g {{ {draw(triple())} {{ {inner} }} }}",
                f"GRAPH {draw(name)} {{ {inner} }}",
                f"{{ {inner} }}",
                f"OPTIONAL {{ {inner} }}",
                f"MINUS {{ {inner} }}",
                f"FILTER EXISTS {{ {inner} }}",
                f"FILTER NOT EXISTS {{ {inner} }}",
                f"{{ {inner} }} UNION {{ {draw(group(depth))} }}",
                f"{{ SELECT {draw(st.sampled_from(PROJECTIONS))} {{ {inner} }} }}",
                f"{{ SELECT ?g (COUNT(*) AS ?n{depth}) {{ {inner} }} GROUP BY ?g }}",
                draw(condition()),
            ]
        )
    )


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query of any form."""
    head, tail = draw(
        st.sampled_from(
            [
                ("SELECT *", ""),
                ("SELECT DISTINCT *", ""),
                ("SELECT ?a ?g", ""),
                ("SELECT (COUNT(*) AS ?count)", ""),
                ("SELECT (COUNT(DISTINCT *) AS ?count)", ""),
                ("SELECT ?g (COUNT(DISTINCT ?h) AS ?count)", "GROUP BY ?g"),
                ("CONSTRUCT { ?a x:in ?g . ?g x:has ?h }", ""),
                ("ASK", ""),
                ("DESCRIBE *", ""),
                ("DESCRIBE ?g", ""),
            ]
        )
    )
    froms = draw(
        st.sampled_from(["", "", "", "FROM document:x", "FROM graph:all FROM NAMED document:x FROM NAMED <document/y>"])
    )
    outer = " ".join([draw(element(1)), *draw(st.lists(group(2), max_size=1))])
    return f"{head} {froms} WHERE {{ {outer} }} {tail}"
