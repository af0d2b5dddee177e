"""A process that answers one query, walks or exports at a time on one generation, and can be killed at any moment.

It reads jobs, one a line, from a socket and writes frames to it: a letter, four bytes of length, the content.
``R`` says that the store is open, ``D`` holds a piece of an answer, ``E`` ends it; ``X`` is an error in its place.
"""

import errno
import gc
import resource
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store, serialize

from graph.engine.embedded import Reader
from graph.engine.evaluation import PREFIXED, Evaluator
from graph.engine.jobs import Job
from graph.engine.rows import COUNTERS, Counter, RowsExceeded, limited
from graph.errors import FormatLimitError, GraphError, QueryRefusedError, UnwritableError
from graph.exports.answers import network_of_rows, network_of_triples, rows_of
from graph.exports.exporting import ExportJob, prepare
from graph.exports.legend import Legend
from graph.exports.rdf import write_triples
from graph.exports.writers import written
from graph.federation import refuse_hidden
from graph.formats import GRAPHS, NETWORKS, QUERY_GRAPHS, QUERY_TABLES, RDF_XML, Format, find_format
from graph.garbage import MANY_OBJECTS
from graph.iris import Iris
from graph.sparql_mistakes import explain
from graph.walks import Walk, opened, walk

FRAME: Final = struct.Struct("!cI")
PIECE_BYTES: Final = 64 * 1024
# What the network of an answer is called.
TITLE: Final = "Cloud Index: the answer to a query"
READY, PIECE, END, ERROR = b"R", b"D", b"E", b"X"


class Frames:
    """Gathers what the engine writes, counts the rows in it, and sends it in frames.

    Args:
        most_rows: How many there may be; 0 sets no limit.
    """

    def __init__(self, channel: socket.socket, *, most_rows: int = 0) -> None:
        self.most_rows = most_rows
        self._channel = channel
        self._piece = bytearray()
        self._counter: Counter | None = None
        self._has_sent = False

    def begin_table(self, format_name: str) -> None:
        """Count the rows of what comes now."""
        self._has_sent = False
        self._counter = COUNTERS[format_name]() if self.most_rows else None

    def write(self, content: bytes) -> int:
        """Take a piece of an answer."""
        self._piece += content
        if len(self._piece) >= PIECE_BYTES:
            self._has_sent = True
            self._channel.sendall(self._taken())
        return len(content)

    def flush(self) -> None:
        """Do nothing: the engine flushes often, and `end` sends the rest."""

    def begin(self) -> None:
        """Say that the store is open."""
        self._channel.sendall(FRAME.pack(READY, 0))

    def push(self) -> None:
        """Send what has been gathered as a frame of its own."""
        self._has_sent = True
        self._channel.sendall(self._taken())

    def end(self) -> None:
        """Send what has been gathered, and that it is all."""
        if not self._has_sent and len(self._piece) <= self.most_rows:
            self._counter = None  # a row has at least a byte: so few cannot be too many
        self._channel.sendall(self._taken() + FRAME.pack(END, 0))
        self._counter = None

    def fail(self, kind: str, message: str, facts: Sequence[Any] = ()) -> None:
        """Send an error in place of what has been gathered."""
        self._piece.clear()
        self._counter = None
        content = orjson.dumps({"kind": kind, "message": message, "facts": facts})
        self._channel.sendall(FRAME.pack(ERROR, len(content)) + content)

    def _taken(self) -> bytes:
        """Return what has been gathered as frames, none much larger than a piece.

        Raises:
            RowsExceeded: With it there are more rows than there may be.
        """
        gathered = bytes(self._piece)
        self._piece.clear()
        if self._counter is not None and self._counter.count(gathered) > self.most_rows:
            raise RowsExceeded
        if len(gathered) <= PIECE_BYTES:
            return FRAME.pack(PIECE, len(gathered)) + gathered if gathered else b""
        pieces = [gathered[start : start + PIECE_BYTES] for start in range(0, len(gathered), PIECE_BYTES)]
        return b"".join(FRAME.pack(PIECE, len(piece)) + piece for piece in pieces)


def serve(
    descriptor: int, open_evaluator: Callable[[], Evaluator], allowance_bytes: int, *, most_rows: int = 0
) -> None:
    """Answer the jobs that come over a socket until it is closed.

    Args:
        descriptor: That of the socket.
        open_evaluator: Opens what evaluates them.
        allowance_bytes: How much this process may grow above its size after opening the store.
        most_rows: How many rows or triples an answer may have; 0 sets no limit.
    """
    channel = socket.socket(fileno=descriptor)
    channel.setblocking(True)  # noqa: FBT003
    frames = Frames(channel, most_rows=most_rows)
    evaluator = open_evaluator()
    limit_memory(allowance_bytes)
    gc.set_threshold(MANY_OBJECTS)  # a query leaves next to nothing that only a search would find
    frames.begin()
    with channel, channel.makefile("rb") as jobs:
        for line in jobs:
            try:
                _perform(evaluator, orjson.loads(line), frames)
            except (GraphError, RowsExceeded, OSError, ValueError, RuntimeError, MemoryError, ImportError) as error:
                frames.fail(*_reason(error))


def _perform(evaluator: Evaluator, order: dict[str, Any], frames: Frames) -> None:
    """Do one job."""
    if "walk" in order:
        frames.write(orjson.dumps(walk(opened(order["folder"]), Walk(**order["walk"]))))
        frames.end()
    elif "part" in order:
        _export(evaluator, ExportJob.read(order), frames)
    else:
        job = Job(**{**order, "legend": order["legend"] and Legend.read(order["legend"])})
        try:
            answer(evaluator, job, frames)
        except SyntaxError as error:
            mistake = explain(job.written or job.query, _message(job, error), job.prefixes)
            frames.fail("syntax", mistake.reason, (mistake.line, mistake.column, mistake.word, mistake.suggestions))


def _reason(error: Exception) -> tuple[str, str, Sequence[Any]]:
    """Return why there is no answer: a kind of failure, a message, facts."""
    if isinstance(error, UnwritableError):
        return "unwritable", error.predicate, ()
    if isinstance(error, FormatLimitError):
        return "format", error.form, (error.what, error.count, error.most)
    if isinstance(error, QueryRefusedError):
        return "refused", str(error), ()
    if isinstance(error, RowsExceeded):
        return "rows", "", ()
    if isinstance(error, GraphError):
        return "server", str(error), (error.code, error.__dict__)
    # What is loaded when it is first needed has no room; nor have the files of arrays.
    has_no_room = isinstance(error, MemoryError | ImportError) or getattr(error, "errno", None) == errno.ENOMEM
    return ("memory", "", ()) if has_no_room else ("engine", str(error), ())


def answer(evaluator: Evaluator, job: Job, frames: Frames) -> None:
    """Write the answer to *job* into *frames*."""
    if job.graph is not None:
        form = find_format(job.format, GRAPHS).engine
        assert isinstance(form, RdfFormat)
        evaluator.write_graph(job, form, frames)
        frames.end()
        return
    refuse_hidden(job.query, job.gateway, lambda text: _parse(text, job))
    if job.is_only_checked:
        _parse(job.query, job)
        frames.end()
        return
    with evaluator.result(job) as result:
        if isinstance(result, QuerySolutions):
            _write_table(evaluator, result, job, frames)
        elif isinstance(result, QueryBoolean):
            output: Any = frames
            engine: Any = find_format(job.format, QUERY_TABLES).engine
            result.serialize(output, engine)
        else:
            _write_graph(evaluator, result, job, frames)
    frames.end()


def _write_table(evaluator: Evaluator, solutions: QuerySolutions, job: Job, frames: Frames) -> None:
    form = find_format(job.format, QUERY_TABLES)
    if form in NETWORKS:
        _write_table_as_network(evaluator, solutions, job, form, frames)
        return
    frames.begin_table(job.format)
    output: Any = frames
    engine: Any = form.engine
    solutions.serialize(output, engine)


def _write_graph(evaluator: Evaluator, triples: Iterable[Any], job: Job, frames: Frames) -> None:
    form = find_format(job.format, QUERY_GRAPHS)
    passed = limited(iter(triples), frames.most_rows) if frames.most_rows else triples
    if form in NETWORKS:
        assert job.legend is not None
        reader = _reader(evaluator, job.legend)
        for piece in written(network_of_triples(passed, reader, job.legend, TITLE), form):
            frames.write(piece)
    elif form is RDF_XML:
        write_triples(passed, form, job.prefixes, frames)
    else:
        engine: Any = form.engine
        output: Any = frames
        serialize(passed, output, engine, prefixes=job.prefixes if engine in PREFIXED else None)


def _write_table_as_network(
    evaluator: Evaluator, solutions: QuerySolutions, job: Job, form: Format, frames: Frames
) -> None:
    assert job.legend is not None
    names = [variable.value for variable in solutions.variables]
    rows: Any = limited(solutions, frames.most_rows) if frames.most_rows else solutions
    reader = _reader(evaluator, job.legend)
    for piece in written(network_of_rows(names, rows_of(rows, names), reader, job.legend, TITLE), form):
        frames.write(piece)


def _export(evaluator: Evaluator, job: ExportJob, frames: Frames) -> None:
    """Write how much an export has, in a frame of its own, and then the export."""
    counts, write = prepare(job, _reader(evaluator, job.legend))
    frames.write(orjson.dumps(counts))
    frames.push()
    if not job.is_counted:
        write(frames)
    frames.end()


def _reader(evaluator: Evaluator, legend: Legend) -> Reader:
    return evaluator.reader(Iris(legend.base).graph("all"))


def _message(job: Job, error: SyntaxError) -> str:
    """Return what the engine says of a mistake, with its place in the query as it was written."""
    if job.harmless:
        try:
            _parse(job.harmless, job)
        except SyntaxError as found:
            error = found
    return str(error.msg or error)


def _parse(query: str, job: Job) -> None:
    Store().query(query, base_iri=job.base_iri, prefixes=job.prefixes)


def limit_memory(allowance_bytes: int) -> None:
    """Let this process grow by *allowance_bytes* and no more, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        virtual_bytes = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return  # only Linux tells, and only there the limit is kept
    limit = virtual_bytes + allowance_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
