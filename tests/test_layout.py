"""The shape of the code: the domain is in the ontology alone, and every file is where and what it should be."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.vocabulary import local_name
from tests.conftest import ROOT

CI = "https://w3id.org/cloudindex/ontology#"
PACKAGES = ("graph", "api", "ontology")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Where the code may not know the domain.
NEUTRAL = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "ontology"]
RULES = sorted((ROOT / "ontology/rules").glob("*.rq"))
# The local name of a term where it can be told from a word of English.
CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z0-9]*)+|(?:[A-Z][a-z0-9]+){2,}")


def shown(path: Path) -> str:
    """Return a path as a test's name shows it."""
    return str(path.relative_to(ROOT))


def terms_of(*names: str) -> set[str]:
    """Return the local names of the terms that files of the ontology define."""
    found = set()
    for name in names:
        for quad in parse((ROOT / "ontology" / name).read_text(encoding="utf-8"), RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(CI):
                found.add(local_name(quad.subject.value))
    return found


# Words of other vocabularies that happen to be terms of the domain as well.
HOMONYMS = {
    ("graph/relations.py", "targets"): "the name of a query",
    ("graph/notes/passages.py", "link"): "a mark of Markdown",
    ("graph/sources/resources.py", "link"): "the entry of a note",
    ("graph/verdicts.py", "Pattern"): "a constraint of SHACL",
    ("graph/notes/note.py", "link"): "a link of Markdown",
    ("graph/report_formats/shacl.py", "Pattern"): "a constraint of SHACL",
    ("graph/service_description.py", "Service"): "a class of the SPARQL service description",
}
ROLES = terms_of("roles.ttl", "role_shapes.ttl")
DOMAIN = terms_of("cloudindex.ttl", "shapes.ttl") - ROLES


def terms_in_text(text: str) -> set[str]:
    """Return the terms of the domain in a text: all of it, as a CURIE, at the end of an IRI, or in camel case."""
    named = set(re.findall(r"(?<![\w/])ci:(\w+)", text)) | set(re.findall(r"[#/](\w+)", text))
    camel = set(CAMEL.findall(text))
    return DOMAIN & (named | camel | {text.strip()})


def constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every string of a module that is no docstring, with its line."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that a module gives or uses, with its line."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for name in ("id", "attr", "name", "arg", "asname"):
            found = getattr(node, name, None)
            if isinstance(found, str):
                yield line, found


# --- The domain ------------------------------------------------------------------------------


def test_there_is_a_domain_to_look_for() -> None:
    assert {"ClusterInstaller", "usesTool", "licence", "requires"} <= DOMAIN
    assert not {"Entity", "inSection", "polarity"} & DOMAIN


@pytest.mark.parametrize("path", NEUTRAL, ids=shown)
def test_no_term_of_the_domain_is_in_the_code(path: Path) -> None:
    """Sentences of the API and the command line may give examples, and those are of the usual domain."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    is_talking = path.relative_to(ROOT).parts[0] == "api"

    found = {term for _, text in constants(tree) if not (is_talking and " " in text) for term in terms_in_text(text)}
    found |= {name for _, name in identifiers(tree) if name in DOMAIN and CAMEL.fullmatch(name)}

    assert sorted(term for term in found if (shown(path), term) not in HOMONYMS) == []


@pytest.mark.parametrize("path", RULES, ids=shown)
def test_no_term_of_the_domain_is_in_a_query(path: Path) -> None:
    found = terms_in_text(path.read_text(encoding="utf-8"))

    assert found == set()


@pytest.mark.parametrize("name", ["roles.ttl", "role_shapes.ttl"])
def test_no_term_of_the_domain_is_in_the_roles(name: str) -> None:
    found = terms_in_text((ROOT / "ontology" / name).read_text(encoding="utf-8"))

    assert found == set()


# --- Modules ---------------------------------------------------------------------------------


def test_every_module_of_graph_has_its_floor() -> None:
    layers = _contract("The floors of graph")["layers"]
    placed = [name.strip() for layer in layers for name in re.split(r"[|:]", layer)]

    modules = {_module(path) for path in (ROOT / "graph").rglob("*.py")} - {"graph"}

    homeless = {name for name in modules if not any(name == one or name.startswith(f"{one}.") for one in placed)}
    packages = {_module(path) for path in (ROOT / "graph").rglob("__init__.py")}
    assert homeless - packages == set()
    assert len(set(placed)) == len(placed)
    assert {name for name in placed if name not in modules} == set()


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring
    assert docstring.splitlines()[0].rstrip().endswith((".", ":"))


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_no_module_has_a_name_that_says_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "base", "manager", "service", "misc"}


@pytest.mark.parametrize("path", [*MODULES, *RULES, *(ROOT / "ontology").glob("*.ttl")], ids=shown)
def test_no_file_names_a_machine_or_leaves_a_thing_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    found = re.findall(r"(?<![\w./}])/(?:home|root|work|Users|opt|mnt|tmp|srv|var)/\w+|\b[A-Z]:\\\w+", text)
    found += re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", text)

    assert found == []


# --- Rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RULES, ids=shown)
def test_a_rule_says_what_it_concludes(path: Path) -> None:
    assert re.match(r"# \w.+\.\n", path.read_text(encoding="utf-8"))


def _contract(name: str) -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["name"] == name)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
