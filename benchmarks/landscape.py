"""Documents of a made-up landscape of any size, in which few things are named by many, as in a real one."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ENTITIES_PER_DOCUMENT: Final = 1000
# At least how many triples the default graph of queries holds for each entity, with what follows from what is stated.
TRIPLES_PER_ENTITY: Final = 13
PREFIXES: Final = """\
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix id: <https://w3id.org/cloudindex/id/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
"""
SOFTWARE: Final = (
    "ClusterInstaller",
    "ContainerRuntime",
    "StorageSystem",
    "LoadBalancer",
    "ServiceMesh",
    "Orchestrator",
)
ORGANISATIONS: Final = ("CloudProvider", "Vendor")
SERVICES: Final = ("ManagedKubernetes", "ServerlessContainers")
LICENCES: Final = ("Apache-2.0", "MIT", "MPL-2.0", "GPL-3.0-only")
MATURITIES: Final = ("sandbox", "incubating", "graduated")
RELATIONS: Final = ("requires", "partOf", "uses", "integratesWith")
ADJECTIVES: Final = ("Amber", "Brisk", "Calm", "Deep", "Early", "Fair", "Grand", "Hidden", "Iron", "Jade")
NOUNS: Final = ("Anchor", "Beacon", "Canal", "Dock", "Ferry", "Gate", "Harbour", "Island", "Jetty", "Keel")


def write_landscape(folder: Path, *, entities: int, seed: int = 1, relations: int = 3) -> None:
    """Write the documents of a landscape of so many *entities* into the collection ``made`` of *folder*.

    Args:
        relations: How many each has, but for organisations, which have none.
    """
    collection = folder / "made"
    collection.mkdir(parents=True)
    chance = random.Random(seed)  # noqa: S311  # no secret depends on it
    for first in range(0, entities, ENTITIES_PER_DOCUMENT):
        last = min(first + ENTITIES_PER_DOCUMENT, entities)
        lines = (line for number in range(first, last) for line in _entity(number, chance, relations))
        path = collection / f"part-{first // ENTITIES_PER_DOCUMENT:04}.ttl"
        path.write_text(PREFIXES + "\n".join(lines) + "\n", encoding="utf-8")


def slug(number: int) -> str:
    """Return the slug of the entity with that *number*; small numbers are named by most others."""
    return f"entity-{number}"


def _entity(number: int, chance: random.Random, relations: int) -> Iterator[str]:
    """Yield the statements about an entity, one a line.

    The first of ten is an organisation and the second a service, the others are software.
    What relations lead to has a smaller number, so that no path goes round in circles.
    """
    subject = f"id:{slug(number)}"
    classes = ORGANISATIONS if number % 10 == 0 else SERVICES if number % 10 == 1 else SOFTWARE
    yield f"{subject} a ci:{chance.choice(classes)} ."
    yield f'{subject} schema:name "{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {number}" .'
    if chance.random() < 0.5:
        one, other = chance.choice(NOUNS).lower(), chance.choice(NOUNS).lower()
        yield f'{subject} dcterms:description "A {one} for {other}s."@en .'
    if classes is SOFTWARE:
        yield f'{subject} ci:licence "{chance.choice(LICENCES)}" .'
        if chance.random() < 0.3:
            yield f'{subject} ci:maturity "{chance.choice(MATURITIES)}" .'
    elif classes is SERVICES:
        yield f"{subject} ci:offeredBy id:{slug(number - 1)} ."
    if classes is ORGANISATIONS:
        return
    named = (
        chance.sample(RELATIONS, k=relations) if relations <= len(RELATIONS) else chance.choices(RELATIONS, k=relations)
    )
    for relation in named:
        # The cube leads to small numbers more often than to large ones.
        target = int(number * chance.random() ** 3)
        yield f"{subject} ci:{relation} id:{slug(target)} ."
