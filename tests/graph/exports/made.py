"""Networks for tests: made up, or written of a generation."""

from collections.abc import Iterable
from io import BytesIO

from graph.exports.legend import AttributeCaption, ClassCaption, Legend, RelationCaption
from graph.exports.network import Edge, Network, Node
from graph.exports.orders import Exporter, Order
from graph.exports.writers import written
from graph.formats import Format
from graph.index import Index

BASE = "https://example.org/"
LEGEND = Legend(
    base=BASE,
    language="",
    languages=("en",),
    classes=(ClassCaption("Thing", f"{BASE}Thing", "thing", "#0a141e", ()),),
    relations=(RelationCaption("likes", f"{BASE}likes", "likes", "{subject} likes {object}", True, False, 0),),
    attributes=(AttributeCaption("homepage", f"{BASE}homepage", "home page", "anyURI"),),
)
AWKWARD = (
    "double \" and single ' quotes",
    "less < more > and &amp;",
    "]]> and <![CDATA[",
    "\N{GRINNING FACE} \N{CLOUD}\ufe0f",
    "Équilibreur, 負荷分散",
    "مرحبا بالعالم \u202eright to left\u202c",
    "-- <!-- -->",
    "back\\slash \\N \\n and #35; %% ; |",
    "=1+2",
    "[[a|b]] #tag ^block",
)


def node(label: str, *, slug: str = "a") -> Node:
    """Return a node with that label, and much said of it."""
    said = f"{label}, and more"
    return Node(slug, f"{BASE}id/{slug}", label, label, "Thing", "thing", "#0a141e", said, {"homepage": BASE}, label)


def edge(
    number: int, *, source: str = "a", target: str = "b", sentence: str = "a likes b", label: str = "likes"
) -> Edge:
    """Return an edge."""
    id_ = f"{number:032x}"
    return Edge(id_, source, target, source, target, "likes", label, sentence, "note:1 | note:2", "stated", False)


def network(nodes: Iterable[Node], edges: Iterable[Edge]) -> Network:
    """Return a network of these."""
    nodes, edges = list(nodes), list(edges)
    return Network("made up", LEGEND, len(nodes), len(edges), iter(nodes), iter(edges))


def awkward() -> tuple[list[Node], list[Edge]]:
    """Return nodes with all kinds of labels, edges that say the same, parallel ones, one in both directions, a loop."""
    nodes = [node(text, slug=f"n{number}") for number, text in enumerate(AWKWARD)]
    names = dict(zip((one.id for one in nodes), AWKWARD, strict=True))
    ends = [(f"n{number}", f"n{number + 1}") for number in range(len(AWKWARD) - 1)]
    ends = sorted([*ends, ends[0], (ends[2][1], ends[2][0]), ("n1", "n1")])
    edges = [
        edge(number, source=source, target=target, sentence=names[source], label=f"likes {number}")._replace(
            source_name=names[source], target_name=names[target], relation=f"likes{number}"
        )
        for number, (source, target) in enumerate(ends)
    ]
    return nodes, edges


def written_as(form: Format, nodes: Iterable[Node], edges: Iterable[Edge]) -> bytes:
    """Return these in a format."""
    return b"".join(written(network(nodes, edges), form))


def exported(index: Index, form: Format, language: str = "", order: Order = Order()) -> bytes:  # noqa: B008  # frozen
    """Return a part of a generation in a format."""
    output = BytesIO()
    Exporter(index, form, language).write(order, output)
    return output.getvalue()


def elements(index: Index, order: Order = Order()) -> tuple[list[Node], list[Edge]]:  # noqa: B008  # frozen
    """Return the nodes and edges of a part of a generation."""
    found = Exporter(index, NODES_AND_EDGES).network(order)
    return list(found.nodes), list(found.edges)


NODES_AND_EDGES = Format("network", "", "")
