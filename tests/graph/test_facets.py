"""Values of facets: each comes with a filter that finds what it counts, whatever the value is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.engine.generations import Generation
from graph.filters import parse
from graph.index import open_index
from graph.listing import Lister, Request
from graph.workshop import Workshop
from tests.conftest import Write


@pytest.mark.parametrize(
    "value",
    ["plain", "two words", "en\u00a0production", "a\u2028b", "a\u3000b", "a\x85b", "(a)", "a,b", 'a"b\\', "a:b", "not"],
)
def test_the_filter_of_a_value_finds_what_has_it(
    value: str, write: Write, build: Callable[[], Generation], tmp_path: Path, workshop: Workshop
) -> None:
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\u2028", "\\u2028").replace("\x85", "\\x85")
    write("note.yaml", f'entities: {{kops: {{type: ClusterInstaller, name: kOps, lifecycle: "{text}"}}}}')
    build()
    index = open_index(tmp_path / "state", workshop.vocabulary, workshop.iris)
    lister = Lister(index.atlas, index.vocabulary, index.catalogue, index.iris)

    facets = lister.page(Request(facets=("lifecycle",)), limit=0).facets["lifecycle"]

    (found,) = facets.values
    assert (found.value, found.count) == (value, 1)
    assert [item["slug"] for item in lister.page(Request(parse(found.filter)), limit=9).items] == ["kops"]
