"""``make bench``: measure what is promised in figures, beside others, and print one table.

``python -m benchmarks`` says what there is; ``all`` or names of parts run them.  Sizes are set for all parts at once
(``--size``), or behind a colon for one: ``python -m benchmarks ordinary:50000 exports:"1000 10000"``.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from benchmarks import (
    bulk,
    explorer,
    exports,
    foreign,
    growth,
    hostile,
    look_up,
    mix,
    notes,
    ordinary,
    paths,
    publication,
    rest,
    sparql,
    start,
    suites,
)
from benchmarks.table import HEAD, Row, absent, printed


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is measured.

    Attributes:
        of: What the number behind its name counts; empty where there is none.
        follows_size: Whether that is the number of quads that ``--size`` sets for all.
    """

    says: str
    measure: Callable[..., list[Row]]
    of: str = ""
    follows_size: bool = False


PARTS = {
    "growth": Part(
        "one graph after the other: build, memory, look-up, list, search, path, export, a change",
        growth.measure,
        "quads",
        follows_size=True,
    ),
    "bulk": Part(
        "files of RDF loaded whole, against Oxigraph and TDB2 of Jena", bulk.measure, "quads", follows_size=True
    ),
    "mix": Part(
        "what analysts ask, against Oxigraph, Fuseki, Virtuoso and rdflib-endpoint",
        mix.measure,
        "quads",
        follows_size=True,
    ),
    "look_up": Part("entity look-up over REST, against an empty FastAPI endpoint", look_up.measure, "entities"),
    "sparql": Part("SPARQL over HTTP under load, against Oxigraph and rdflib-endpoint", sparql.measure),
    "hostile": Part("look-ups while hostile queries run", hostile.measure, "seconds"),
    "publication": Part("a change of one statement, published", publication.measure, "triples"),
    "paths": Part("paths between two nodes, by a worker, against networkx", paths.measure, "nodes"),
    "exports": Part("exports, against networkx and oxigraph dump", exports.measure, "entities"),
    "start": Part("building and starting what comes with the project", start.measure),
    "rest": Part("what other tools ask over REST, by size", rest.measure, "entities"),
    "ordinary": Part("twenty ordinary questions of a million triples", ordinary.measure, "triples"),
    "explorer": Part("the graph of the explorer, in a browser", explorer.measure),
    "notes": Part("how much of a note is read by itself", notes.measure),
    "foreign": Part("other people's data: the CNCF landscape", foreign.measure),
    "suites": Part("what tests say: suites of the W3C, kill -9 two hundred times", suites.measure, "kills"),
}
MOST = 100_000_000


def main(arguments: list[str] | None = None) -> None:
    """Print one table of all that was asked for; a part that fails has a row that says why."""
    options = _parser().parse_args(arguments)
    if not options.parts:
        print(_list())
        return
    wanted = [pair for part in options.parts for pair in part]
    print("\n".join(HEAD), flush=True)
    for name, sizes in wanted:
        part = PARTS[name]
        began = perf_counter()
        try:
            rows = part.measure(*(sizes or (options.size if part.follows_size else ())))
        except Exception as error:  # noqa: BLE001  # one part that fails must not hide what the others say
            rows = [absent(part.says, f"it failed: {' '.join(f'{type(error).__name__}: {error}'.split())[:300]}")]
        print(printed(name, rows or [absent(part.says, "what it needs is not here")]), flush=True)
        print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=_list(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", type=_part, metavar="PART", help="all, or names; NAME:NUMBERS sets sizes")
    parser.add_argument(
        "--size", type=_sizes, default=(), help="how many quads, for the parts that grow: 10000,1000000"
    )
    return parser


def _list() -> str:
    lines = [
        f"  {name:12} {part.says}{f' ({name}:{part.of.upper()})' if part.of else ''}" for name, part in PARTS.items()
    ]
    return "\n".join(
        ("What can be measured, with what its number counts:", "", *lines, "", "  all          all of these")
    )


def _part(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return the parts that an argument names, with their sizes."""
    name, _, numbers = text.partition(":")
    if name == "all" and not numbers:
        return [(every, ()) for every in PARTS]
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"there is no part “{name}”; there are: all, {', '.join(PARTS)}.")
    if numbers and not PARTS[name].of:
        raise argparse.ArgumentTypeError(f"“{name}” has no size; leave “:{numbers}” out.")
    return [(name, _sizes(numbers) if numbers else ())]


def _sizes(text: str) -> tuple[int, ...]:
    """Return numbers with commas or spaces between them."""
    found = text.replace(",", " ").split()
    if not found or not all(one.isascii() and one.isdigit() and 0 < int(one[:12]) <= MOST for one in found):
        raise argparse.ArgumentTypeError(
            f"“{text}” is no size: whole numbers from 1 to {MOST:,}, such as 10000,1000000."
        )
    return tuple(map(int, found))


if __name__ == "__main__":
    main()
