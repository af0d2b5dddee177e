"""``make bench``: run the measurements named on the command line, or all, and print their tables.

Those that make their data themselves take its size behind a colon: ``python -m benchmarks ordinary:50000``;
the hostile one takes its seconds.
"""

import sys

from benchmarks import (
    explorer,
    exports,
    foreign,
    hostile,
    look_up,
    notes,
    ordinary,
    paths,
    publication,
    rest,
    sparql,
    start,
)
from benchmarks.table import printed

MEASUREMENTS = {
    "start": ("Starting", start.measure),
    "look_up": ("Entity look-up over REST", look_up.measure),
    "sparql": ("SPARQL over HTTP", sparql.measure),
    "publication": ("Publishing a change of one statement", publication.measure),
    "paths": ("Paths between two nodes, by a worker", paths.measure),
    "rest": ("What other tools ask over REST", rest.measure),
    "exports": ("Exports", exports.measure),
    "explorer": ("The graph of the explorer, in a browser", explorer.measure),
    "hostile": ("Ten hostile queries at once", hostile.measure),
    "notes": ("What is read in a note by itself", notes.measure),
    "ordinary": ("Twenty ordinary questions", ordinary.measure),
    "foreign": ("Other people's data", foreign.measure),
}


def main() -> None:
    """Print one table per measurement."""
    for argument in sys.argv[1:] or MEASUREMENTS:
        name, _, size = argument.partition(":")
        title, measure = MEASUREMENTS[name]
        print(printed(title, measure(*map(int, size.split()))), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
