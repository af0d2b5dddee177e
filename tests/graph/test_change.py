"""What is published change by change is what would be published from scratch."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, Store

from graph.building import build
from graph.documents import Problem, Severity
from graph.engine.generations import Generation
from graph.index import open_generation
from graph.iris import Iris
from graph.relations import Edge, find_edges, list_edges
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from tests.graph.conftest import PREFIXES

SLUGS = ("kops", "ansible", "etcd", "rook", "ceph")
TYPES = ("ClusterInstaller", "ConfigurationManagementTool", "StorageOperator", "StorageSystem", "Service")
RELATIONS = ("uses", "usesTool", "dependsOn", "operates", "integratesWith", "usedBy", "partOf", "offeredBy")
NAMES = ("note", "other", "third", "fourth")

# What stands behind a statement or an entity: nothing for most, a proposal that is open, accepted or rejected.
DECISIONS = (
    "",
    "",
    "",
    ", proposed: 0.5",
    ", proposed: {confidence: 0.85, reason: why, rule: any}, accepted: {by: us, on: 2026-11-25}",
    ", proposed: 0.5, rejected: true",
    ", accepted: {by: Ada, on: 2026-01-01}",
    ", accepted: {by: Bob, on: 2026-01-01}",
)

ENTITIES = st.dictionaries(
    st.sampled_from(SLUGS),
    st.tuples(
        st.sampled_from((None, *TYPES[:2], TYPES[2])),
        st.lists(st.tuples(st.sampled_from(RELATIONS), st.sampled_from(SLUGS), st.sampled_from(DECISIONS)), max_size=3),
        st.sampled_from(
            (
                *("", "maturity: sandbox", "maturity: graduated", "licence: MIT", "licence: not one"),
                *("homepage: 'https://www.Kops.example/'", "also: [k8s ops]", "homepage: 'https://rook.example'"),
                *("same: [third/etcd]", "apart: [third/kops, fourth/rook]"),
            )
        ),
        st.sampled_from(DECISIONS),
    ),
    min_size=1,
    max_size=4,
)
TRIPLES = st.lists(
    st.tuples(
        st.sampled_from(SLUGS),
        st.one_of(
            st.tuples(st.sampled_from(RELATIONS).map("ci:{}".format), st.sampled_from(SLUGS).map("id:{}".format)),
            st.tuples(st.just("a"), st.sampled_from(TYPES).map("ci:{}".format)),
            st.tuples(st.just("schema:name"), st.sampled_from(('"kOps"', '"Other"', '"01"^^xsd:int', '"x"@en'))),
            st.tuples(st.just("ci:vendor"), st.sampled_from(('[ a ci:Vendor ; schema:name "Deis" ]',))),
            st.tuples(st.just("ci:maturity"), st.sampled_from(('"01"^^xsd:int', '"sandbox"'))),
        ),
    ),
    min_size=1,
    max_size=6,
)


def as_yaml(entities: dict[str, tuple[str | None, list[tuple[str, str, str]], str, str]]) -> str:
    lines = ["entities:"]
    for slug, (kind, relations, more, decision) in entities.items():
        fields = [f"type: {kind}, name: {slug}"] if kind else []
        fields += [more] if more else []
        if relations:
            fields.append(
                "relations: [" + ", ".join(f"{{{key}: {target}{own}}}" for key, target, own in relations) + "]"
            )
        lines.append(f"  {slug}: {{{', '.join(fields)}{decision if fields else ''}}}")
    return "\n".join(lines) + "\n"


def as_turtle(found: list[tuple[str, tuple[str, str]]]) -> str:
    return PREFIXES + "".join(f"id:{slug} {predicate} {value} .\n" for slug, (predicate, value) in found)


# Other people's data, which is joined to what the other documents say by name, spelling and address.
ITEMS = st.lists(
    st.tuples(
        st.sampled_from((*SLUGS, "k8s ops", "Kops (kops)")),
        st.sampled_from(("https://kops.example", "https://rook.example", "https://other.example")),
        st.sampled_from(("", "project: sandbox")),
        st.sampled_from(("kops", "Rook, etcd", "nothing")),
    ),
    min_size=1,
    max_size=4,
)


def as_landscape(items: list[tuple[str, str, str, str]]) -> str:
    head = "landscape:\n  - category:\n    name: Runtime\n    subcategories:\n"
    head += "      - subcategory:\n        name: Tools\n        items:\n"
    return head + "".join(
        f"          - {{item: , name: {name}, homepage_url: '{address}'{more and ', ' + more}, "
        f"extra: {{summary_integrations: '{others}'}}}}\n"
        for name, address, more, others in items
    )


TEXTS = st.one_of(
    st.none(),
    ITEMS.map(as_landscape).map(lambda text: (".yaml", text)),
    ENTITIES.map(as_yaml).map(lambda text: (".yaml", text)),
    TRIPLES.map(as_turtle).map(lambda text: (".ttl", text)),
)
# An example takes seconds, so the search for a smaller one would take minutes.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
CHANGES = st.lists(st.dictionaries(st.sampled_from(NAMES), TEXTS, min_size=1, max_size=2), min_size=2, max_size=4)


def quads(generation: Generation) -> set[Quad]:
    return set(Store.read_only(str(generation.store_folder)))


def sizes(generation: Generation) -> dict[str, int]:
    """Return how many triples each graph has, counted; those of documents are told even where they are empty."""
    counted = Counter(getattr(quad.graph_name, "value", "") for quad in quads(generation))
    return {graph: counted.pop(graph, 0) for graph, _ in generation.manifest.graph_sizes()} | counted


def shown(generation: Generation) -> list[object]:
    """Return all that the atlas of *generation* holds, in words."""
    atlas = open_generation(generation, WORKSHOP.vocabulary, WORKSHOP.iris).atlas
    edges = atlas.adjacency
    columns = {
        name: [
            (atlas.references[node], column.values[value])
            for node, value in zip(column.node, column.value, strict=True)
        ]
        for name, column in atlas.columns.items()
    }
    return [
        list(zip(atlas.references, atlas.names, atlas.sort_keys, atlas.texts, atlas.kinds.tolist(), strict=True)),
        {name: sorted(pairs) for name, pairs in columns.items()},
        [edges.out_source.tolist(), edges.out_relation.tolist(), edges.out_target.tolist(), edges.out_stated.tolist()],
        [edges.in_start.tolist(), edges.in_relation.tolist(), edges.in_source.tolist(), edges.in_stated.tolist()],
    ]


def edges(generation: Generation) -> dict[str, list[Edge]]:
    """Return the edges of everything, with who states them."""
    index = open_generation(generation, WORKSHOP.vocabulary, WORKSHOP.iris)
    iris = {reference: index.iris.resolve(reference) for reference in index.atlas.references}
    found = {reference: list_edges(iri, index.reader, index.catalogue) for reference, iri in iris.items()}
    every = {edge.id: edge for some in found.values() for edge in some}
    assert find_edges(every, index.reader, index.catalogue) == every
    return found


def told(problems: tuple[Problem, ...]) -> Counter[tuple[str, ...]]:
    """Return what problems say, without what is near a misspelt word: that is asked when it is found."""
    return Counter((str(one.place), one.code, one.message, one.entity, one.shape) for one in problems)


def apply(change: dict[str, tuple[str, str] | None], folder: Path) -> None:
    for name, text in change.items():
        for suffix in (".yaml", ".ttl"):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
        if text is not None:
            (folder / f"{name}{text[0]}").write_text(text[1], encoding="utf-8")


WORKSHOP = Workshop.of(load(), Iris())


# Two documents give one thing two names: whichever came last, the same place is told.
TWO_NAMES = [
    {"fourth": (".ttl", as_turtle([("kops", ("a", "ci:ClusterInstaller")), ("kops", ("schema:name", '"kOps"'))]))},
    {"note": (".yaml", as_yaml({"kops": ("ClusterInstaller", [("dependsOn", "etcd", "")], "", "")}))},
]


# A relation that follows from another document's brings nothing to what was found of its subject before.
STILL_MISSING = [
    {"fourth": (".yaml", as_yaml({"ceph": ("StorageOperator", [], "", "")}))},
    {"note": (".yaml", as_yaml({"rook": ("ConfigurationManagementTool", [("usedBy", "ceph", "")], "", "")}))},
]


# Two documents say the same, and the same is missing of it.
SAID_TWICE = [{name: (".yaml", as_yaml({"ceph": ("StorageOperator", [], "", "")}))} for name in ("note", "third")]


# Somebody else accepts the same: only the records change, and none of their ends.
ACCEPTED_BY_ANOTHER = [
    {
        "note": (
            ".yaml",
            as_yaml({"ceph": (TYPES[2], [("uses", "rook", f", accepted: {{by: {by}, on: 2026-01-01}}")], "", "")}),
        )
    }
    for by in ("Ada", "Bob")
]


# A thing without a name comes with a change, and goes.
NAMELESS: list[dict[str, tuple[str, str] | None]] = [
    {"note": (".yaml", as_yaml({"ceph": ("StorageOperator", [], "", "")}))},
    {
        "fourth": (
            ".ttl",
            as_turtle(
                [
                    ("kops", ("a", "ci:ClusterInstaller")),
                    ("kops", ("schema:name", '"kOps"')),
                    ("kops", ("ci:vendor", '[ a ci:Vendor ; schema:name "Deis" ; ci:uses id:ceph ]')),
                ]
            ),
        )
    },
    {"fourth": None},
]


# What other people's data is joined to comes, is called otherwise, and goes.
JOINED = [
    {
        "third": (
            ".yaml",
            as_landscape([("k8s ops", "https://kops.example", "", "Rook"), ("rook", "https://a.b", "", "")]),
        )
    },
    {"note": (".yaml", as_yaml({"kops": ("ClusterInstaller", [("uses", "rook", "")], "also: [k8s ops]", "")}))},
    {"note": (".yaml", as_yaml({"kops": ("ClusterInstaller", [], "homepage: 'http://www.kops.example/'", "")}))},
    {"other": (".yaml", as_yaml({"rook": (None, [], "homepage: 'https://a.b'", "")}))},
    {"note": None},
]


@example(changes=ACCEPTED_BY_ANOTHER)
@example(changes=NAMELESS)
@example(changes=JOINED)
@example(changes=STILL_MISSING)
@example(changes=SAID_TWICE)
@example(changes=SAID_TWICE[::-1])
@example(changes=TWO_NAMES)
@example(changes=TWO_NAMES[::-1])
@settings(max_examples=60, phases=WITHOUT_SHRINKING)
@given(changes=CHANGES)
def test_change_by_change_is_as_from_scratch(changes: list[dict[str, tuple[str, str] | None]]) -> None:
    with tempfile.TemporaryDirectory() as work:
        data = Path(work) / "data"
        (data / "notes").mkdir(parents=True)
        for change in changes:
            apply(change, data / "notes")
            generation = build(data, Path(work) / "state", lambda: WORKSHOP, inputs="x")
            shutil.rmtree(Path(work) / "fresh", ignore_errors=True)
            fresh = build(data, Path(work) / "fresh", lambda: WORKSHOP, inputs="x")
            if any(one.severity is Severity.VIOLATION for one in (*generation.report(), *fresh.report())):
                # Which of two documents gives way depends on which was there first.
                continue

            assert quads(generation) == quads(fresh)
            assert shown(generation) == shown(fresh)
            assert edges(generation) == edges(fresh)
            for counted in ("graphs", "classes", "properties"):
                assert getattr(generation.manifest, counted) == getattr(fresh.manifest, counted)
            assert list(generation.manifest.graph_sizes()) == list(fresh.manifest.graph_sizes())
            assert dict(generation.manifest.graph_sizes()) == sizes(generation)
            assert generation.manifest.triple_count == fresh.manifest.triple_count
            assert told(generation.report()) == told(fresh.report())
