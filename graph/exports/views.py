"""What a view shows → its nodes and edges, so that it can be written in every format."""

from dataclasses import dataclass
from itertools import pairwise

from graph.comparison import Comparison
from graph.neighbourhood import Neighbourhood
from graph.paths import Paths
from graph.subgraph import Subgraph

# An edge by the references of its ends, and the key of its relation between them.
Shown = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class View:
    """Nodes and edges of a generation, by their references."""

    title: str
    nodes: tuple[str, ...]
    edges: tuple[Shown, ...]


def of_neighbourhood(found: Neighbourhood) -> View:
    """Return what lies around an entity."""
    edges = tuple((link.source, link.relation, link.target) for link in found.edges)
    return View(f"Around {found.nodes[0].name}", tuple(node.slug for node in found.nodes), edges)


def of_subgraph(found: Subgraph) -> View:
    """Return a part that was put together piece by piece."""
    edges = tuple((edge.source, edge.relation, edge.target) for edge in found.edges)
    return View("Cloud Index: a part", tuple(node.slug for node in found.nodes), edges)


def of_paths(found: Paths) -> View:
    """Return all steps of all paths; without a path the two entities alone."""
    nodes = [found.source.slug, found.target.slug]
    edges = []
    for path in found.paths:
        slugs = [entity.slug for entity in path.entities]
        nodes += slugs
        edges += [
            (before, step.relation, after)
            for (before, after), steps in zip(pairwise(slugs), path.steps, strict=True)
            for step in steps
        ]
    return View(f"From {found.source.name} to {found.target.name}", tuple(dict.fromkeys(nodes)), tuple(edges))


def of_comparison(found: Comparison) -> View:
    """Return the entities, what they have relations to, and how they are connected with each other."""
    rows = (*found.shared, *found.different)
    edges = [(slug, row.relation, row.target.slug) for row in rows for slug in row.claims]
    own = {entity.slug for entity in found.entities}
    for one in found.between:
        edges += [(slug, one.relation, one.target.slug) for slug in own - {one.target.slug}]
    nodes = (*own, *(row.target.slug for row in rows))
    names = " and ".join(entity.name for entity in found.entities)
    return View(f"{names} side by side", tuple(dict.fromkeys(nodes)), tuple(edges))
