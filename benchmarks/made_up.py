"""A made-up graph of any number of triples with the shape of this domain, the same each time for the same seed.

Of each entity there are a class, names in two languages, descriptions, attributes and relations, of which few things
have very many (a power law).  It is written as it comes, so memory does not grow with it; in either form:

- documents, which Cloud Index reads, judges and publishes as it does any others;
- one file of N-Quads for any server, with the graphs and the records of who states what (document, section, line)
  that Cloud Index makes of documents.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Final

from graph import terms
from graph.iris import Iris, digest

IRIS: Final = Iris()
# One in ten is an organisation and one a service, the others are software.
KINDS: Final = (
    ("CloudProvider", "Vendor"),
    ("ManagedKubernetes", "ServerlessContainers"),
    *8 * (("ClusterInstaller", "ContainerRuntime", "StorageSystem", "LoadBalancer", "ServiceMesh", "Orchestrator"),),
)
RELATIONS: Final = ("uses", "requires", "partOf", "integratesWith")
LICENCES: Final = ("Apache-2.0", "MIT", "MPL-2.0", "GPL-3.0-only")
MATURITIES: Final = ("sandbox", "incubating", "graduated")
# Adjectives and nouns, in English and in French.
QUALITIES: Final = (
    ("Amber", "ambrée"),
    ("Brisk", "vive"),
    ("Calm", "calme"),
    ("Deep", "profonde"),
    ("Fair", "belle"),
    ("Grand", "grande"),
    ("Hidden", "cachée"),
    ("Quiet", "tranquille"),
)
THINGS: Final = (
    ("Anchor", "Ancre"),
    ("Beacon", "Balise"),
    ("Ferry", "Barge"),
    ("Gate", "Porte"),
    ("Island", "Île"),
    ("Jetty", "Jetée"),
    ("Keel", "Quille"),
    ("Sail", "Voile"),
)
SECTIONS: Final = ("overview", "operation", "alternatives")
ENTITIES_PER_DOCUMENT: Final = 1_000
NAMESPACES: Final = {
    "ci": terms.CI,
    "id": f"{IRIS.base}id/",
    "dcterms": terms.DCTERMS,
    "rdfs": terms.RDFS,
    "schema": terms.SCHEMA,
}
PREFIXES: Final = "\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in NAMESPACES.items())
# Measured: how many quads Cloud Index holds for each entity, with its records, what follows and the merge of all.
QUADS_PER_ENTITY: Final = 109
# The exponent that leads to small numbers: at 3, the first hundredth of all things is named by a fifth of the others.
SKEW: Final = 3


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing, and what is said of it, each as a predicate and an object in Turtle."""

    number: int
    facts: tuple[tuple[str, str], ...]


def slug(number: int) -> str:
    """Return the slug of the entity with that *number*; small numbers are named by most others."""
    return f"entity-{number}"


def name(number: int) -> str:
    """Return the English name of the entity with that *number*."""
    return f"{_quality(number)[0]} {_thing(number)[0]} {number}"


def entities(*, seed: int = 1) -> Iterator[Entity]:
    """Yield entities without an end; what one leads to has a smaller number, so that no path goes round in circles."""
    chance = random.Random(seed)  # noqa: S311  # no secret depends on it
    return (Entity(number, tuple(_facts(number, chance))) for number in count())


def write_documents(folder: Path, *, triples: int, seed: int = 1) -> int:
    """Write documents below *folder* of which Cloud Index makes about so many quads; return the number of entities.

    Args:
        triples: With all records, with what follows, and with the merge of all.
    """
    number = max(ENTITIES_PER_DOCUMENT // 10, triples // QUADS_PER_ENTITY)
    collection = folder / "made"
    collection.mkdir(parents=True)
    made = entities(seed=seed)
    for first in range(0, number, ENTITIES_PER_DOCUMENT):
        part = islice(made, min(ENTITIES_PER_DOCUMENT, number - first))
        lines = (f"id:{slug(one.number)} {fact[0]} {fact[1]} ." for one in part for fact in one.facts)
        path = collection / f"{_document(first)}.ttl"
        path.write_text("\n".join((PREFIXES, *lines, "")), encoding="utf-8")
    return number


def write_quads(path: Path, *, triples: int, seed: int = 1) -> int:
    """Write exactly so many *triples* into *path* as N-Quads; return how many entities there are, whole or begun."""
    last = 0
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        lines = ((one.number, line) for one in entities(seed=seed) for line in _quads(one))
        for number, line in islice(lines, triples):
            file.write(line)
            last = number
    return last + 1


def _facts(number: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    kinds = KINDS[number % len(KINDS)]
    quality, thing = _quality(number), _thing(number)
    yield "a", f"ci:{chance.choice(kinds)}"
    yield "schema:name", f'"{name(number)}"'
    yield "rdfs:label", f'"{name(number)}"@en'
    yield "rdfs:label", f'"{thing[1]} {quality[1]} {number}"@fr'
    if chance.random() < 0.5:
        other = chance.choice(THINGS)
        yield "dcterms:description", f'"A {thing[0].lower()} for a {other[0].lower()}."@en'
        yield "dcterms:description", f'"Une chose nommée {thing[1].lower()}, pour {other[1].lower()}."@fr'
    if "CloudProvider" in kinds:
        return
    if "ManagedKubernetes" in kinds:
        yield "ci:offeredBy", f"id:{slug(number - 1)}"
    else:
        yield "ci:licence", f'"{chance.choice(LICENCES)}"'
        if chance.random() < 0.3:
            yield "ci:maturity", f'"{chance.choice(MATURITIES)}"'
    # Most have one or two, some have all.
    for relation in chance.sample(RELATIONS, k=min(len(RELATIONS), int(chance.paretovariate(1.2)))):
        yield f"ci:{relation}", f"id:{slug(int(number * chance.random() ** SKEW))}"


def _quality(number: int) -> tuple[str, str]:
    return QUALITIES[number * 7 % len(QUALITIES)]


def _thing(number: int) -> tuple[str, str]:
    return THINGS[number // len(QUALITIES) % len(THINGS)]


def _document(number: int) -> str:
    return f"part-{number // ENTITIES_PER_DOCUMENT:05}"


def _quads(entity: Entity) -> Iterator[str]:
    """Yield what is said of an entity, and who says it, as lines of N-Quads."""
    document = _document(entity.number)
    graph, records = IRIS.document(document), IRIS.provenance(document)
    section = SECTIONS[entity.number % len(SECTIONS)]
    subject = f"<{IRIS.base}id/{slug(entity.number)}>"
    first_line = entity.number % ENTITIES_PER_DOCUMENT * 12 + 1
    for line, (predicate, value) in enumerate(entity.facts, first_line):
        said = _iri(predicate), value if value.startswith('"') else _iri(value)
        yield f"{subject} {said[0]} {said[1]} {graph} .\n"
        if predicate == "a" or predicate.startswith("ci:"):
            yield from (f"{fact} {records} .\n" for fact in _record(document, section, line, (subject, *said)))


def _record(document: str, section: str, line: int, said: tuple[str, str, str]) -> Iterator[str]:
    record = IRIS.part(document, "record", *said, str(line))
    for predicate, value in (
        (terms.TYPE, terms.STATEMENT),
        (terms.TYPE, terms.RECORD),
        (terms.SUBJECT, said[0]),
        (terms.PREDICATE, said[1]),
        (terms.OBJECT, said[2]),
        (terms.EDGE, IRIS.edge_of_id(digest(*said))),
        (terms.SOURCE, IRIS.document(document)),
        (terms.BASIS, terms.WRITTEN),
        (terms.STATED_IN_SECTION, IRIS.section(document, section)),
        (terms.LINE, terms.integer(line)),
        (terms.WRITTEN_LINE, terms.integer(line)),
    ):
        yield f"{record} {predicate} {value}"


def _iri(short: str) -> str:
    if short == "a":
        return str(terms.TYPE)
    prefix, _, rest = short.partition(":")
    return f"<{NAMESPACES[prefix]}{rest}>"
