"""Every error that the engine raises, as one tree.

GraphError
├── OntologyError            the ontology itself is wrong; the service does not start
├── DataFolderError          the folder of documents is not there
├── QuestionsError           the file of questions cannot be used
├── StateFolderError         the folder of generations cannot be used
├── NotBuiltError            nothing has been published yet
├── GenerationGoneError      a generation is not kept any more
├── UnknownGenerationError   there has never been such a generation
├── NoHistoryError           earlier generations cannot be asked where the graph lives on a server
├── EngineError              the engine failed
├── LeaseLostError           another copy of the service may publish now
├── WriteElsewhereError      another copy of the service is publishing
├── SetOverwrittenError      what was read on the server may be of a later generation
├── UnderivedError           the graph is too large for this copy to derive what a question needs
├── EngineUnavailableError   the server that holds the graph does not answer
├── EngineAnswerError        the server that holds the graph gave no answer, or only a part of one
├── EngineAccessError        the server that holds the graph refuses us, or we its certificate
├── QuerySyntaxError         a SPARQL query does not parse
├── QueryTimeoutError        a query ran longer than it may
├── QueryMemoryError         a query wanted more memory than it may
├── QueryRowsError           an answer has more rows than it may
├── UnknownStatementError    nothing states a relation or implies it
├── UnknownKeyError          the ontology has no class or relation of that key
├── UnknownTermError         a query with an empty answer names what the ontology lacks
├── QueryRefusedError        a query asks for what the service does not do
├── RemoteServiceError       another service that a query asks gave no answer
├── BusyError                more queries wait than the service takes
├── WriteRefusedError        a write asks for what the service does not do
├── WriteConflictError       a write does not fit what there is
├── RemoteRefusedError       a query or a write asks another service, and may not
├── EvaluationError          the engine could not evaluate a query to its end
├── ReadOnlyError            a write would change what is not the service's own
├── RejectedError            what was written does not pass the gate
├── ImportRefusedError       a note cannot be read into a draft, or a draft not be brought up to it
├── BadGraphError            a graph that was sent does not parse
├── UnknownDocumentError     no document has that slug
├── UnknownGraphError        no graph has that name
├── WriteLimitError          a write wanted more time or memory than it may have
├── ValidationLimitError     a document wanted more time or memory to be judged than it may have
├── ReportError              a file that a report is to be compared with is none
├── BackupError              a backup cannot be made, or an archive is none that can be restored
├── MovedError               an entity has another slug
├── UnknownEntityError       no entity has that slug
├── ParameterError           a parameter has a value that does not fit
├── UnknownFormatError       no such format
├── FormatLimitError         a graph is larger than the format can hold
└── UnwritableError          RDF/XML has no way to write a predicate
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.documents import Problem


class GraphError(Exception):
    """Anything that goes wrong in the graph."""

    code = "graph-error"


def revived(code: str, message: str, facts: Mapping[str, Any]) -> GraphError:
    """Return an error that another process has raised: the one with that code."""
    kind = next((one for one in _kinds(GraphError) if one.code == code), GraphError)
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.__dict__.update(facts)
    return error


def _kinds(kind: type[GraphError]) -> Iterator[type[GraphError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


class OntologyError(GraphError):
    """The ontology is not one that the graph can be built upon."""

    code = "ontology-invalid"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source


class DataFolderError(GraphError):
    """The folder of documents is missing or unreadable."""

    code = "data-folder-missing"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not a folder of documents; name one with --data or CLOUDINDEX_DATA.")
        self.folder = folder


class QuestionsError(GraphError):
    """The file of questions cannot be used."""

    code = "questions-invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"questions.yaml of the folder of documents cannot be used: {reason}.")


class StateFolderError(GraphError):
    """The folder of generations cannot be read or written."""

    code = "state-folder-unusable"

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; name another folder with --state or CLOUDINDEX_STATE.")
        self.folder = folder


class NotBuiltError(GraphError):
    """No generation has been published."""

    code = "not-built"

    def __init__(self) -> None:
        super().__init__("Nothing has been published yet; run `cloudindex build`.")


class GenerationGoneError(GraphError):
    """A generation is not kept any more."""

    code = "generation-gone"

    def __init__(self, number: int) -> None:
        super().__init__(f"Generation {number} is not kept any more; /api/generations lists those that are.")
        self.generation = number


class UnknownGenerationError(GraphError):
    """There has never been such a generation."""

    code = "generation-unknown"

    def __init__(self, number: int, newest: int) -> None:
        super().__init__(f"There is no generation {number} yet; the newest is {newest}.")
        self.generation = number


class NoHistoryError(GraphError):
    """Where the graph lives on a server, earlier generations are not there to be asked."""

    code = "no-history"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Generation {number} cannot be asked: the graph lives on a server, which has the newest generation alone."
        )
        self.generation = number


class EngineError(GraphError):
    """The engine failed in a way that no caller can mend."""

    code = "engine-failed"


class LeaseLostError(GraphError):
    """The right to publish has gone to another copy of the service; nothing was published.

    Args:
        holder: Who has it, empty where that copy has given it back; ``None`` where nobody is known to have taken it.
    """

    code = "lease-lost"

    def __init__(self, holder: str | None) -> None:
        who = f" ({holder[:8]})" if holder else ""
        super().__init__(
            "The server took no sign of life of this copy of the service in time, and nothing was published; try again."
            if holder is None
            else f"Another copy of the service{who} has published meanwhile; try again."
        )
        self.holder = holder


class WriteElsewhereError(GraphError):
    """Another copy of the service is publishing."""

    code = "write-elsewhere"

    def __init__(self, holder: str) -> None:
        super().__init__(f"Another copy of the service ({holder[:8]}) is publishing; try again in a moment.")
        self.holder = holder


class SetOverwrittenError(GraphError):
    """What was read on the server may be of a later generation, because two were published meanwhile."""

    code = "set-overwritten"

    def __init__(self, generation: int) -> None:
        super().__init__(
            f"Generation {generation} is not on the server any more, and this copy does not serve a newer one yet; "
            "try again in a moment."
        )
        self.generation = generation


class UnderivedError(GraphError):
    """The graph is too large for this copy to derive what lists, searches, walks and exports are answered from."""

    code = "too-large-here"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(
            f"The graph has {count} triples, and this copy derives lists, searches, paths and exports from {most} at "
            "most (CLOUDINDEX_DERIVED_TRIPLES); ask SPARQL instead."
        )
        self.count = count
        self.most = most


class EngineUnavailableError(GraphError):
    """The server that holds the graph does not answer."""

    code = "engine-unavailable"

    def __init__(self, reason: str, *, retry_seconds: float = 1.0) -> None:
        super().__init__(f"The server that holds the graph does not answer: {reason}. Try again in a moment.")
        self.reason = reason
        self.retry_seconds = retry_seconds


class EngineAnswerError(GraphError):
    """The server that holds the graph gave something else than an answer, or only a part of one."""

    code = "engine-answer"


class EngineAccessError(GraphError):
    """The server that holds the graph does not let the service in, or shows a certificate that is not accepted."""

    code = "engine-access"


class QuerySyntaxError(GraphError):
    """A SPARQL query does not parse."""

    code = "query-syntax"

    def __init__(self, reason: str, *, line: int, column: int, word: str = "", suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"Line {line}, column {column}: {reason}{hint}")
        self.reason = reason
        self.line = line
        self.column = column
        self.word = word
        self.suggestions = tuple(suggestions)


class QueryTimeoutError(GraphError):
    """A query ran longer than it may."""

    code = "query-timeout"

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(
            f"The query was stopped after its limit of {limit_seconds:g} seconds; nothing of its answer was sent. "
            "Ask for less: a narrower pattern, a LIMIT, no cross product."
        )
        self.limit_seconds = limit_seconds


class QueryMemoryError(GraphError):
    """A query wanted more memory than it may have."""

    code = "query-memory"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The query was stopped at its limit of {limit_bytes // 1_048_576} MiB of memory. "
            "Sorting, DISTINCT and grouping keep their rows in memory, CONSTRUCT its triples: ask for fewer. "
            "A whole graph, or a part of it by type, relation or document, is better exported: /api/export streams it."
        )
        self.limit_bytes = limit_bytes


class QueryRowsError(GraphError):
    """An answer has more rows than it may have."""

    code = "query-rows"

    def __init__(self, limit_rows: int) -> None:
        super().__init__(
            f"The query was stopped at its limit of {limit_rows} rows or triples. "
            "Ask for fewer: a narrower pattern, or a LIMIT."
        )
        self.limit_rows = limit_rows


class UnknownStatementError(GraphError):
    """Nothing states or implies a relation."""

    code = "statement-unknown"

    def __init__(self, sentence: str, others: Sequence[str] = ()) -> None:
        hint = f" What is said of the two: {'; '.join(others)}." if others else ""
        super().__init__(f"Nothing here says “{sentence}”; that does not mean that it is false.{hint}")
        self.suggestions = tuple(others)


class UnknownKeyError(GraphError):
    """The ontology has no class or relation of that key."""

    code = "vocabulary-unknown"

    def __init__(self, kind: str, key: str, suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"There is no {kind} “{_shortened(key)}”.{hint}")
        self.suggestions = tuple(suggestions)


class UnknownTermError(GraphError):
    """A query names a class or relation that the ontology lacks, and its answer is empty."""

    code = "term-unknown"

    def __init__(self, hints: Sequence[str], *, line: int, column: int, suggestions: Sequence[str] = ()) -> None:
        super().__init__(f"The answer is empty, and {'; '.join(hints)}.")
        self.line = line
        self.column = column
        self.suggestions = tuple(suggestions)


class QueryRefusedError(GraphError):
    """A query asks for what this service does not do."""

    code = "query-refused"

    def __init__(self, reason: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(f"Line {line}, column {column}: {reason}" if line else reason)
        self.line = line
        self.column = column


class RemoteServiceError(GraphError):
    """Another service that a query asks did not give its part of the answer."""

    code = "remote-failed"

    def __init__(self, host: str, reason: str, *, line: int, column: int) -> None:
        super().__init__(f"Line {line}, column {column}: {host} gave no answer to SERVICE: {reason}.")
        self.host = host
        self.line = line
        self.column = column


class BusyError(GraphError):
    """More queries are waiting than the service takes."""

    code = "busy"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} queries are waiting already; try again in a moment.")
        self.waiting = waiting


class WriteRefusedError(GraphError):
    """A write asks for what this service does not do."""

    code = "write-refused"


class WriteConflictError(GraphError):
    """A write does not fit what there is, for example because a graph that it drops is not there."""

    code = "write-conflict"


class RemoteRefusedError(GraphError):
    """Another service is asked that may not be asked from here."""

    code = "remote-refused"

    def __init__(self, reason: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(f"Line {line}, column {column}: {reason}" if line else reason)
        self.line = line
        self.column = column


class EvaluationError(GraphError):
    """The engine could not evaluate a query to its end."""

    code = "query-failed"


class ReadOnlyError(GraphError):
    """A write would change what is not the service's own to change."""

    code = "graph-read-only"


class RejectedError(GraphError):
    """What was written does not pass the gate; nothing of it was published."""

    code = "write-rejected"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        about = f"{first.entity}: " if first.entity else ""
        super().__init__(f"Nothing was published. {first.place}: {about}{first.message}{more}")
        self.problems = tuple(problems)


class ImportRefusedError(GraphError):
    """A note cannot be read into a draft, or its draft not be brought up to it; nothing has changed."""

    code = "import-refused"

    def __init__(self, path: str, reason: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(f"{path} {reason}.")
        self.path = path
        self.problems = tuple(problems)


class BadGraphError(GraphError):
    """A graph that was sent does not parse."""

    code = "graph-syntax"

    def __init__(self, reason: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(f"Line {line}, column {column}: {reason}" if line else reason)
        self.line = line
        self.column = column


class UnknownDocumentError(GraphError):
    """No document has that slug."""

    code = "document-unknown"

    def __init__(self, slug: str, suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"There is no document “{slug}”.{hint}")
        self.slug = slug
        self.suggestions = tuple(suggestions)


class UnknownGraphError(GraphError):
    """No graph has that name."""

    code = "graph-unknown"

    def __init__(self, iri: str) -> None:
        super().__init__(f"There is no graph <{_shortened(iri, length=300)}>.")
        self.graph = iri


class WriteLimitError(GraphError):
    """A write wanted more time or memory than it may have; nothing of it was published."""

    code = "write-limit"

    def __init__(self, limit: str) -> None:
        super().__init__(f"The write was stopped at its limit of {limit}; nothing of it was published.")


class ValidationLimitError(GraphError):
    """A document wanted more time or memory to be judged than it may have."""

    code = "validation-limit"

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"The document was not judged to its end: the limit is {limit}. "
            "`cloudindex check` has no such limit; or send a smaller part."
        )


class ReportError(GraphError):
    """A file that a report is to be compared with is none."""

    code = "report-invalid"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} is no report in JSON: {reason}. `cloudindex check --format json` writes one.")


class BackupError(GraphError):
    """A backup cannot be made, or an archive is none that can be restored."""

    code = "backup-unusable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}.")


class MovedError(GraphError):
    """An entity has another slug."""

    code = "entity-moved"

    def __init__(self, slug: str, now: str) -> None:
        super().__init__(f"“{_shortened(slug)}” is another spelling of “{now}”, or was replaced by it.")
        self.slug = now


class UnknownEntityError(GraphError):
    """No entity has that slug."""

    code = "entity-unknown"

    def __init__(self, slug: str, suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"There is no entity “{slug}”.{hint}")
        self.slug = slug
        self.suggestions = tuple(suggestions)


class ParameterError(GraphError):
    """A parameter has a value that does not fit."""

    code = "parameter-invalid"

    def __init__(
        self,
        parameter: str,
        value: str,
        reason: str,
        *,
        suggestions: Sequence[str] = (),
        allowed: Sequence[str] = (),
    ) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"{parameter}={_shortened(value)}: {reason}{hint}")
        self.parameter = parameter
        self.value = _shortened(value)
        self.suggestions = tuple(suggestions)
        self.allowed = tuple(allowed)


class UnknownFormatError(GraphError):
    """No format has that name or media type."""

    code = "format-unknown"

    def __init__(self, wanted: str, allowed: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(f"There is no format “{_shortened(wanted)}” here.{hint} There are: {', '.join(allowed)}.")
        self.wanted = wanted
        self.allowed = tuple(allowed)
        self.suggestions = tuple(suggestions)


class FormatLimitError(GraphError):
    """A graph is larger than the format, or what reads it, can hold."""

    code = "format-limit"

    def __init__(self, form: str, what: str, count: int, most: int) -> None:
        super().__init__(
            f"The format {form} holds at most {most:,} {what}, and these are {count:,}. Ask for a narrower part, by"
            " type, relation, document or filter, or for the neighbourhood of an entity; or for a format without a"
            " limit, such as graphml."
        )
        self.form = form
        self.what = what
        self.count = count
        self.most = most


class UnwritableError(GraphError):
    """RDF/XML has no way to write the IRI of a predicate."""

    code = "format-unfit"

    def __init__(self, predicate: str) -> None:
        super().__init__(
            f"RDF/XML cannot write the predicate <{_shortened(predicate, length=300)}>, for its end is no name of XML."
            " Ask for turtle, n-triples or json-ld."
        )
        self.predicate = predicate


def _either(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)


def _shortened(value: str, *, length: int = 80) -> str:
    return value if len(value) <= length else f"{value[:length]}…"
