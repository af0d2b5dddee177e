"""What analysts ask of the made-up graph: query templates by kind, filled with things drawn by Zipf."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.made_up import KINDS, LICENCES, RELATIONS, slug
from graph import terms
from graph.iris import Iris

NAMESPACES: Final = {"ci": terms.CI, "id": f"{Iris().base}id/", "schema": terms.SCHEMA, "rdfs": terms.RDFS}
PREFIXES: Final = "".join(f"PREFIX {name}: <{iri}> " for name, iri in NAMESPACES.items())
SOFTWARE: Final = KINDS[-1]


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of question, and a query of it with blanks, such as ``%(thing)s``."""

    kind: str
    text: str


# Every result has one order, or is a count, so that servers can be held against each other.
TEMPLATES: Final = (
    Template("look-up", "SELECT ?p ?o { id:%(thing)s ?p ?o } ORDER BY ?p ?o"),
    Template("look-up", 'SELECT ?label { id:%(thing)s rdfs:label ?label FILTER(LANG(?label) = "fr") }'),
    Template("two hops", "SELECT DISTINCT ?c { id:%(thing)s ci:%(one)s ?b . ?b ci:%(two)s ?c } ORDER BY ?c LIMIT 100"),
    Template("two hops", "SELECT DISTINCT ?a { ?a ci:%(one)s ?b . ?b ci:%(two)s id:%(thing)s } ORDER BY ?a LIMIT 100"),
    Template(
        "three hops",
        "SELECT DISTINCT ?d { id:%(thing)s ci:%(one)s ?b . ?b ci:%(two)s ?c . ?c ci:%(one)s ?d } ORDER BY ?d LIMIT 100",
    ),
    Template(
        "filter",
        'SELECT ?a { ?a ci:%(one)s id:%(thing)s ; ci:licence ?licence FILTER(?licence = "%(licence)s") } '
        "ORDER BY ?a LIMIT 100",
    ),
    Template(
        "filter",
        "SELECT ?a ?name { ?a ci:%(one)s id:%(thing)s ; schema:name ?name "
        'FILTER(STRSTARTS(?name, "Calm") && NOT EXISTS { ?a ci:%(two)s ?other }) } ORDER BY ?a LIMIT 100',
    ),
    Template("count", "SELECT (COUNT(*) AS ?count) { ?a ci:%(one)s id:%(thing)s ; a ci:%(kind)s }"),
    Template(
        "count",
        "SELECT ?licence (COUNT(?a) AS ?count) { ?a ci:%(one)s id:%(thing)s ; ci:licence ?licence } "
        "GROUP BY ?licence ORDER BY ?licence",
    ),
    Template("path", "SELECT (COUNT(DISTINCT ?b) AS ?count) { id:%(thing)s (ci:%(one)s|ci:%(two)s)+ ?b }"),
    Template("path", "SELECT DISTINCT ?b { id:%(thing)s ci:%(one)s*/ci:%(two)s ?b } ORDER BY ?b LIMIT 100"),
)
KINDS_OF_QUESTION: Final = tuple(dict.fromkeys(template.kind for template in TEMPLATES))


def questions(kind: str, *, entities: int, count: int, seed: int = 1) -> list[str]:
    """Return *count* queries of a kind over a graph of so many *entities*; few things are asked about most often."""
    chance = random.Random(f"{seed} {kind}")  # noqa: S311  # no secret depends on it
    templates = [template for template in TEMPLATES if template.kind == kind]
    things = drawn(entities, count, chance)
    return [PREFIXES + templates[at % len(templates)].text % _blanks(thing, chance) for at, thing in enumerate(things)]


def drawn(entities: int, count: int, chance: random.Random) -> Sequence[int]:
    """Return the numbers of *count* things, drawn by Zipf, in an order of their own."""
    ranks = range(1, entities + 1)
    by_rank = list(range(entities))
    random.Random(0).shuffle(by_rank)  # noqa: S311  # no secret depends on it
    return [by_rank[rank - 1] for rank in chance.choices(ranks, [1 / rank for rank in ranks], k=count)]


def _blanks(thing: int, chance: random.Random) -> dict[str, str]:
    one, two = chance.sample(RELATIONS, 2)
    return {
        "thing": slug(thing),
        "one": one,
        "two": two,
        "kind": chance.choice(SOFTWARE),
        "licence": chance.choice(LICENCES),
    }
