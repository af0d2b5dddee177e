"""Whatever stands in other people's data, reading it never crashes, and every place is one of the file."""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import codes
from tests.graph.conftest import Read

KEYS = st.sampled_from(
    (
        *("landscape", "categories", "category", "subcategories", "subcategory", "items", "item", "name", "extra"),
        *("homepage_url", "repo_url", "project", "crunchbase", "second_path", "summary_integrations", "accepted"),
        *("additional_repos", "parent_project", "description", "apiVersion", "kind", "metadata", "spec", "namespace"),
        *("owner", "dependsOn", "providesApis", "tags", "links", "annotations", "profile", "title", "system"),
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        (
            "backstage.io/v1alpha1",
            "Component",
            "Group",
            "a / b",
            "https://www.crunchbase.com/organization/x",
            "http://[",
        )
    ),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
ENTRY = st.dictionaries(KEYS, ANYTHING, max_size=6)
SUBCATEGORY = st.fixed_dictionaries(
    {"subcategory": st.none(), "name": SCALARS, "items": st.lists(ENTRY | ANYTHING, max_size=3)}
)
CATEGORY = st.fixed_dictionaries(
    {"category": st.none(), "name": SCALARS, "subcategories": st.lists(SUBCATEGORY | ANYTHING, max_size=2)}
)
FILES = st.one_of(
    st.fixed_dictionaries({"landscape": st.lists(CATEGORY | ANYTHING, max_size=2) | ANYTHING}),
    st.fixed_dictionaries(
        {
            "apiVersion": st.just("backstage.io/v1alpha1"),
            "kind": SCALARS,
            "metadata": ENTRY | ANYTHING,
            "spec": ENTRY | ANYTHING,
        }
    ),
)
MAPPINGS = st.one_of(ANYTHING, st.dictionaries(st.sampled_from(("columns", "type", "delimiter", "skip")), ANYTHING))
CALM = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(read: Read, text: str, name: str) -> None:
    document = read(text.encode("utf-8", "replace"), name)

    count = text.count("\n") + 2
    assert all(0 <= one.place.line <= count for one in document.problems)
    assert all(0 < one.written.line <= count for one in document.statements)


@CALM
@given(content=FILES)
def test_any_yaml_is_read(read: Read, content: Any) -> None:
    check(read, yaml.safe_dump(content, allow_unicode=True), "any.yaml")


@CALM
@given(text=st.text(max_size=200), head=st.sampled_from(("landscape:\n", "apiVersion: backstage.io/v1\n", "")))
def test_any_text_is_read(read: Read, text: str, head: str) -> None:
    check(read, head + text, "any.yaml")


@CALM
@given(mapping=MAPPINGS, rows=st.text(alphabet=';,"\n\ta|bé ', max_size=80))
def test_any_rows_are_read(read: Read, mapping: Any, rows: str) -> None:
    check(read, f"---\n{yaml.safe_dump(mapping)}---\n{rows}", "any.csv")


@CALM
@given(rows=st.text(max_size=80))
def test_any_cells_are_read(read: Read, rows: str) -> None:
    mapping = "type: Software\ncolumns: {a: name, b: {to: uses, separator: ','}, c: homepage}\n"
    check(read, f"---\n{mapping}---\na,b,c\n{rows}", "any.csv")


@pytest.mark.parametrize("head", ["landscape:", "apiVersion: backstage.io/v1\nspec:"])
@pytest.mark.parametrize(
    ("rest", "code"),
    [
        (" " + "[" * 10_000 + "]" * 10_000, "yaml-depth"),
        (" &a [x]\nb: [*a, *a]", "yaml-alias"),
        (" {<<: &x {a: b}}", "yaml-alias"),
        (" x\x00", "yaml-syntax"),
        (" 'open", "yaml-syntax"),
    ],
)
def test_what_would_fill_a_machine_is_refused(read: Read, head: str, rest: str, code: str) -> None:
    document = read(f"{head}{rest}\n", "any.yaml")

    assert document.is_broken
    assert code in codes(document)


def test_many_defects_fill_no_report(read: Read) -> None:
    entries = "".join("          - {name: 7, homepage_url: x, zzz: 1}\n" for _ in range(2_000))
    text = f"landscape:\n  - name: a\n    subcategories:\n      - name: b\n        items:\n{entries}"

    document = read(text, "landscape.yml")

    assert len(document.problems) == 1_001
    assert document.problems[-1].code == "problems-more"


def test_a_cell_too_large_is_a_problem(read: Read) -> None:
    document = read(f"---\ntype: Software\ncolumns: {{a: name}}\n---\na\n{'x' * 1_000_000}\n", "any.csv")

    assert codes(document) == ["csv-syntax"]
