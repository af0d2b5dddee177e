"""The named queries: SPARQL texts, one per file.  Touches files: those beside this one."""

from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> str:
    """Return the text of the query called *name*."""
    return files(__name__).joinpath(f"{name}.rq").read_text(encoding="utf-8")
