"""The vocabulary, the shapes and the rules, as text.  Touches files: those beside this one."""

from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> str:
    """Return the text of one file of this package.

    Args:
        name: A path below this folder, such as ``"roles.ttl"`` or ``"rules/symmetric.rq"``.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def rule_names() -> tuple[str, ...]:
    """Return the names of the inference rules, sorted."""
    folder = files(__name__).joinpath("rules")
    return tuple(sorted(entry.name.removesuffix(".rq") for entry in folder.iterdir() if entry.name.endswith(".rq")))


@cache
def source_names() -> tuple[str, ...]:
    """Return the names of the tables that tell other people's data in the terms of the ontology, sorted."""
    folder = files(__name__).joinpath("sources")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))
