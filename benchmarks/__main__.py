"""``make bench``: run the measurements named on the command line, or all, and print their tables."""

import sys

from benchmarks import look_up, sparql, start
from benchmarks.table import printed

MEASUREMENTS = {
    "start": ("Starting", start.measure),
    "look_up": ("Entity look-up over REST", look_up.measure),
    "sparql": ("SPARQL over HTTP", sparql.measure),
}


def main() -> None:
    """Print one table per measurement."""
    for name in sys.argv[1:] or MEASUREMENTS:
        title, measure = MEASUREMENTS[name]
        print(printed(title, measure()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
