"""Catalogues of Backstage are read as its documentation says, and their defects are verdicts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph import terms
from graph.engine.generations import Generation
from graph.iris import Iris
from tests.conftest import SHARED, codes
from tests.graph.conftest import Read

EXAMPLES = SHARED / "datasets/backstage-examples"
HEAD = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  namespace: store\nspec:\n"


def targets(read: Read, iris: Iris, text: str) -> set[tuple[str, str, int]]:
    """Return what relations lead to, and on which line each stands."""
    found = set()
    for one in read(text, "catalog-info.yaml").statements:
        value = getattr(one.triple.object, "value", "")
        if one.evidence is not None and one.triple.predicate != terms.TYPE and iris.is_entity(value):
            found.add((one.triple.predicate.value.rsplit("#", 1)[-1], iris.reference(value), one.written.line))
    return found


@pytest.mark.parametrize(
    ("field", "relation", "target"),
    [
        ("owner: team-a", "ownedBy", "group-store.team-a"),
        ("owner: default/team-a", "ownedBy", "group-team-a"),
        ("owner: user:jane.doe", "ownedBy", "user-store.jane.doe"),
        ("owner: User:Default/Jane", "ownedBy", "user-jane"),
        ("system: s", "partOf", "system-store.s"),
        ("subcomponentOf: whole", "partOf", "component-store.whole"),
        ("providesApis: [a]", "providesApi", "api-store.a"),
        ("consumesApis: ['api:x/b']", "consumesApi", "api-x.b"),
        ("dependsOn: ['resource:default/db']", "dependsOn", "resource-db"),
        ("dependencyOf: ['component:default/web']", "dependencyOf", "component-web"),
    ],
)
def test_a_reference_leads_where_the_rules_say(read: Read, iris: Iris, field: str, relation: str, target: str) -> None:
    assert targets(read, iris, f"{HEAD}  {field}\n") == {(relation, target, 7)}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{HEAD}  consumesApis: ['component:x']\n", "reference-kind", 7),
        (f"{HEAD}  dependsOn: [x]\n", "reference-kind", 7),
        (f"{HEAD}  owner: a/b/c\n", "reference-form", 7),
        (f"{HEAD}  owner: {{a: b}}\n", "", 7),
        (f"{HEAD}  dependOn: ['component:x']\n", "key-unknown", 7),
        (HEAD.replace("shop", "the shop"), "name-form", 4),
        (HEAD.replace("shop", "a" * 64), "name-form", 4),
        (HEAD.replace("store", "Not_So"), "name-form", 5),
        (HEAD.replace("Component", "Componnt"), "kind-unknown", 2),
        (HEAD.replace("kind: Component\n", ""), "key-missing", 1),
        (HEAD.replace("  name: shop\n", ""), "key-missing", 4),
        (HEAD.replace("metadata:", "metadata: 7\nother:"), "mapping-expected", 3),
        (HEAD.replace("name: shop", "name: shop\n  tags: [a b]"), "value-form", 5),
        (f"{HEAD}---\nkind: Pod\n", "part-foreign", 8),
    ],
)
def test_a_defect_is_a_warning_at_its_place(read: Read, text: str, code: str, line: int) -> None:
    document = read(text, "catalog-info.yaml")

    assert not document.is_broken
    assert not code or (line, code) in {(one.place.line, one.code) for one in document.problems}


def test_titles_descriptions_links_and_annotations_are_read(read: Read, iris: Iris) -> None:
    more = """\
  title: The Shop
  description: Sells things.
  annotations: {backstage.io/source-location: 'url:https://example.org/shop'}
  links: [{url: https://example.org/dashboard}]
spec:
"""

    document = read(HEAD.replace("spec:\n", more), "catalog-info.yaml")

    said = {getattr(one.triple.object, "value", "") for one in document.statements}
    assert codes(document) == []
    assert {"The Shop", "shop", "Sells things.", "https://example.org/shop", "https://example.org/dashboard"} <= said


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples of Backstage are not there")
def test_the_examples_have_these_defects_and_no_others(data: Path, build: Callable[[], Generation]) -> None:
    shutil.copytree(EXAMPLES, data / "catalogue")

    generation = build()

    report = generation.report()
    dangling = [one for one in report if one.code == "target-unknown"]
    others = [
        (Path(one.place.path).name, one.place.line, one.code, one.entity) for one in report if one not in dangling
    ]
    assert len(dangling) == 18
    assert others == [
        ("components__invalid-component.yaml", 4, "name-form", "invalid component"),
        ("components__invalid-component.yaml", 11, "value-form", "invalid component"),
        ("components__www-artist-component.yaml", 11, "reference-kind", "www-artist"),
    ]
    (podcast,) = [one for one in dangling if one.entity == "podcast"]
    assert podcast.entry == "spec.owner: user:team-b"
    assert podcast.suggestions[0] == "group-team-b"
    assert {entry.status for entry in generation.manifest.documents} == {"current"}
    assert generation.manifest.classes[f"{terms.CI}Component"] == 14
