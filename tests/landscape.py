"""The CNCF landscape as plain RDF: a small loader for tests, with the project's own ontology.

Items become software, subcategories and categories groups, the companies behind them organisations.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from graph import terms
from graph.iris import Iris, slugified
from tests.conftest import SHARED

LANDSCAPE = SHARED / "datasets/cncf-landscape/landscape.yml"
IRIS = Iris()
MATURITIES = ("sandbox", "incubating", "graduated", "archived")


def ci(name: str) -> NamedNode:
    return NamedNode(f"{terms.CI}{name}")


def items(path: Path = LANDSCAPE) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the items with the names of their category and subcategory."""
    for category in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["landscape"]:
        for subcategory in category["subcategories"] or ():
            for item in subcategory["items"] or ():
                yield category["name"], subcategory["name"], item


def triples() -> Iterator[Triple]:
    """Yield what the landscape says; of two items with one name the second has a number in its slug."""
    slugs: dict[str, int] = {}
    for category, subcategory, item in items():
        slug = slugified(item["name"]) or "unnamed"
        slugs[slug] = slugs.get(slug, 0) + 1
        subject = IRIS.entity(f"item-{slug}" + (f"-{slugs[slug]}" if slugs[slug] > 1 else ""))
        yield from named(subject, "Software", item["name"])
        yield from described(subject, item)
        group, parent = (IRIS.entity(f"group-{slugified(name)}") for name in (f"{category} {subcategory}", category))
        yield from named(group, "Group", subcategory)
        yield from named(parent, "Group", category)
        yield Triple(subject, ci("inGroup"), group)
        yield Triple(group, ci("partOf"), parent)
        company = str(item.get("crunchbase") or "").rstrip("/").rsplit("/", 1)[-1]
        if company:
            organisation = IRIS.entity(f"organisation-{slugified(company)}")
            yield from named(organisation, "Organisation", company)
            yield Triple(subject, ci("maintainedBy"), organisation)


def named(subject: NamedNode, kind: str, name: str) -> Iterator[Triple]:
    yield Triple(subject, terms.TYPE, ci(kind))
    yield Triple(subject, terms.NAME, Literal(" ".join(name.split())))


def described(subject: NamedNode, item: dict[str, Any]) -> Iterator[Triple]:
    if item.get("description"):
        yield Triple(subject, terms.DESCRIPTION, Literal(" ".join(item["description"].split()), language="en"))
    if item.get("project") in MATURITIES:
        yield Triple(subject, ci("maturity"), Literal(item["project"]))


def write_landscape(folder: Path) -> None:
    """Write the landscape as a document into the collection ``landscape`` of *folder*."""
    (folder / "landscape").mkdir(parents=True)
    found = dict.fromkeys(triples())
    with (folder / "landscape/cncf.nt").open("wb") as file:
        serialize(found, file, RdfFormat.N_TRIPLES)
