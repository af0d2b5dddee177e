"""A process that answers one query at a time on one generation, and can be killed at any moment.

It reads jobs from its standard input and writes frames to its standard output: a letter, four bytes of length,
the content.  ``H`` begins an answer, ``D`` holds a piece of it, ``E`` ends it; ``X`` is an error in its place.
"""

import resource
import struct
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, RdfFormat, Store, serialize

from graph.formats import GRAPHS, RESULTS, find_format

FRAME: Final = struct.Struct("!cI")
PIECE_BYTES: Final = 64 * 1024
# The engine's own serializer knows no prefixes; these formats are read by people.
PREFIXED: Final = (RdfFormat.TURTLE, RdfFormat.RDF_XML)
BEGIN, PIECE, END, ERROR = b"H", b"D", b"E", b"X"


@dataclass(frozen=True, slots=True)
class Job:
    """A query with the dataset it asks, and the name of the format of its answer."""

    query: str
    format: str
    prefixes: dict[str, str]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...] | None = None
    base_iri: str | None = None

    def to_bytes(self) -> bytes:
        """Return the job as a line of JSON."""
        return orjson.dumps(asdict(self)) + b"\n"


class Frames:
    """Gathers what the engine writes into frames."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._piece = bytearray()

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """Write one frame at once."""
        self._output.write(FRAME.pack(kind, len(content)) + content)
        self._output.flush()

    def write(self, content: bytes) -> int:
        """Take a piece of an answer."""
        self._piece += content
        if len(self._piece) >= PIECE_BYTES:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Send what has been gathered."""
        if self._piece:
            self.send(PIECE, bytes(self._piece))
            self._piece.clear()


def main() -> None:
    """Answer jobs until the input ends.  Arguments: the store's folder, bytes of memory allowed above the start."""
    folder, allowance_bytes = Path(sys.argv[1]), int(sys.argv[2])
    store = Store.read_only(str(folder))
    limit_memory(allowance_bytes)
    frames = Frames(sys.stdout.buffer)
    for line in sys.stdin.buffer:
        job = Job(**orjson.loads(line))
        try:
            answer(store, job, frames)
        except SyntaxError as error:
            frames.send(ERROR, _failure("syntax", str(error.msg or error)))
        except (OSError, ValueError) as error:
            frames.send(ERROR, _failure("engine", str(error)))
        except MemoryError:
            frames.send(ERROR, _failure("memory", ""))


def answer(store: Store, job: Job, frames: Any) -> None:
    """Write the answer to *job* into *frames*, as the engine serializes it."""
    graphs: Any = [NamedNode(iri) for iri in job.default_graphs]
    named: Any = None if job.named_graphs is None else [NamedNode(iri) for iri in job.named_graphs]
    result = store.query(
        job.query, base_iri=job.base_iri, prefixes=job.prefixes, default_graph=graphs, named_graphs=named
    )
    try:
        is_graph = isinstance(result, QueryTriples)
        wanted: Any = find_format(job.format, GRAPHS if is_graph else RESULTS).engine
        frames.send(BEGIN, orjson.dumps({"boolean": isinstance(result, QueryBoolean), "graph": is_graph}))
        if isinstance(result, QueryTriples) and wanted in PREFIXED:
            serialize(result, frames, wanted, prefixes=job.prefixes)
        else:
            result.serialize(frames, wanted)
    finally:
        del result
    frames.flush()
    frames.send(END)


def limit_memory(allowance_bytes: int) -> None:
    """Let this process grow by *allowance_bytes* and no more, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        virtual_bytes = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return  # only Linux tells, and only there the limit is kept
    limit = virtual_bytes + allowance_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _failure(kind: str, message: str) -> bytes:
    return orjson.dumps({"kind": kind, "message": message})


if __name__ == "__main__":
    main()
