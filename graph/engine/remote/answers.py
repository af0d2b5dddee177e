"""An answer of a SPARQL server, checked while it is read: it is whole, or an error.  Touches the network.

Tables and truth values come as JSON, graphs as N-Triples.  JSON has an end of its own; N-Triples is taken only where
HTTP says how long the answer is, for else a cut one looks like a whole one.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpcore
import orjson
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from graph.engine.remote.configuration import shown
from graph.engine.remote.dialects import Dialect
from graph.engine.remote.excerpts import excerpt
from graph.engine.remote.network import Network, OutOfTimeError, Patience
from graph.errors import (
    EngineAccessError,
    EngineAnswerError,
    EngineUnavailableError,
    EvaluationError,
    GraphError,
    QueryTimeoutError,
)

Term = NamedNode | BlankNode | Literal | Triple
TABLE: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
# What servers call them, too.
TABLES: Final = (TABLE, "application/json")
GRAPHS: Final = (GRAPH, "text/plain")
# How much of an answer must have come before it counts as one; until then another replica may be asked.
FIRST_BYTES: Final = 64 * 1024
# The names of the columns stand in front; a server that gives them last would have us keep all rows in memory.
MOST_HEAD_BYTES: Final = 1 << 20
MOST_TOLD_BYTES: Final = 1 << 16
# How much of its end is kept, in which a server may say that it broke off.
TAIL_BYTES: Final = 512
UNWELL: Final = (502, 503, 504)
REDIRECTS: Final = range(300, 400)
FAILURES: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


class EndpointError(Exception):
    """An endpoint failed in a way that another one may not."""

    def __init__(self, error: GraphError, reason: str) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a request goes, and what is needed to understand its answer."""

    url: str
    dialect: Dialect
    network: Network
    secrets: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The host and the port, as messages name it."""
        return shown(self.url)

    def failure(self, error: Exception, patience: Patience) -> EndpointError:
        """Return what a failure of the network means.

        Raises:
            QueryTimeoutError: The time of the request is over.
        """
        if patience.seconds is not None and (isinstance(error, OutOfTimeError) or patience.is_over()):
            raise QueryTimeoutError(patience.seconds) from error
        refused = _certificate(error)
        if refused:
            told = f"The certificate of {self.name} is not accepted: {refused}."
            return EndpointError(EngineAccessError(f"{told} Name the file of those that sign it, or mend it."), told)
        reason = f"{self.name} {_said(error, patience)}"
        return EndpointError(EngineUnavailableError(reason), reason)

    def wrong(self, what: str) -> EndpointError:
        """Return that what it sent is no answer."""
        reason = f"{self.name} {what}"
        return EndpointError(EngineAnswerError(f"The server {reason}."), reason)


@dataclass(slots=True)
class Answer:
    """What an endpoint has answered, of which the headers are read.  One thread reads it, once.

    Attributes:
        trouble: Why it could not be read to its end; empty where it could, or where nobody wanted to.
    """

    endpoint: Endpoint
    patience: Patience
    response: httpcore.Response
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    read_bytes: int = 0
    most_bytes: int | None = None
    _rest: bytes = b""
    _tail: bytes = b""
    _has_ended: bool = False
    _pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))

    @classmethod
    def of(cls, endpoint: Endpoint, patience: Patience, response: httpcore.Response) -> "Answer":
        """Return the answer that begins with these headers."""
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
        return cls(endpoint, patience, response, headers, _pieces=response.iter_stream())

    @property
    def media_type(self) -> str:
        """What its content is called, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def check(self, accepted: Sequence[str]) -> None:
        """Make sure that it is an answer to a query, and await its beginning.

        Raises:
            EndpointError: It is none, but another endpoint may give one.
            GraphError: It says why there is none.
        """
        _check_status(self)
        for header in self.endpoint.dialect.partial_headers:
            if header in self.headers:
                told = f"{header}: {excerpt(self.headers[header], '', self.endpoint.secrets)}"
                if self.is_late(told):
                    raise self.too_late()
                raise EngineAnswerError(
                    f"The server {self.endpoint.name} gave only a part of the answer ({told}). "
                    "Raise its limits, or ask for less."
                )
        if self.media_type not in accepted:
            raise self.endpoint.wrong(_strange(self))
        if self.media_type in GRAPHS and not self._has_end():
            raise self.endpoint.wrong("does not say where its answer ends, so that a cut one would pass as whole")
        self._await(FIRST_BYTES)

    def check_done(self) -> None:
        """Make sure that it says that a change was made.

        Raises:
            EndpointError: The endpoint is not well.
            GraphError: It refused.
        """
        _check_status(self)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most *size*; none at the end.

        Raises:
            GraphError: There will be no more, and this is not the end.
        """
        if not self._rest:
            try:
                self._rest = self._next()
            except EndpointError as error:
                self.trouble = error.reason
                raise _cut(error) from error
        piece, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        self.read_bytes += len(piece)
        if piece:
            self._tail = (self._tail + piece)[-TAIL_BYTES:]
        if self.most_bytes is not None and self.read_bytes > self.most_bytes:
            raise EngineAnswerError(f"The server {self.endpoint.name} gave no names of columns before its rows.")
        return piece

    def solutions(self) -> QuerySolutions | QueryBoolean:
        """Return the table, or the truth value, that it holds.

        Raises:
            EndpointError: It holds neither.
        """
        first, self.most_bytes = self._rest, MOST_HEAD_BYTES
        source: Any = self
        try:
            found = parse_query_results(source, QueryResultsFormat.JSON)
        except SyntaxError as error:
            raise self.endpoint.wrong(f"gave what is no table of results: {error.msg}") from error
        self.most_bytes = None
        if isinstance(found, QueryBoolean) and not (self._has_ended and _is_json(first)):
            raise self.endpoint.wrong("gave a truth value that is cut, or followed by something else")
        return found

    def triples(self) -> Iterator[Triple]:
        """Yield the triples that it holds.

        Raises:
            GraphError: It is cut, or holds something else.
        """
        source: Any = self
        try:
            for quad in parse(source, RdfFormat.N_TRIPLES):
                yield quad.triple
        except SyntaxError as error:
            raise self.broken(error) from error
        if self.is_late(self._last_comment()):
            raise self.too_late()

    def broken(self, error: SyntaxError) -> GraphError:
        """Return why it cannot be understood."""
        if self.is_late(self._tail.decode("utf-8", "replace")):
            return self.too_late()
        told = EngineAnswerError(f"The answer of the server {self.endpoint.name} is broken: {error.msg}.")
        self.trouble = self.trouble or str(told)
        return told

    def text(self) -> str:
        """Return what its beginning says, as far as it may be told to others."""
        with suppress(EndpointError, QueryTimeoutError):
            self._await(MOST_TOLD_BYTES)
        return self._excerpt(self._rest.decode("utf-8", "replace"))

    def is_late(self, told: str) -> bool:
        """Return whether what the server says means that it ended a query for its time."""
        return any(word in told.lower() for word in self.endpoint.dialect.timeout_words)

    def too_late(self) -> QueryTimeoutError:
        """Return that a query was ended for its time."""
        return QueryTimeoutError(self.patience.seconds or self.patience.stall_seconds)

    def close(self) -> None:
        """Let go of the connection, which is closed where something is left to be read."""
        self.response.close()

    def _excerpt(self, text: str) -> str:
        return excerpt(text, self.media_type, self.endpoint.secrets)

    def _last_comment(self) -> str:
        """Return the comments at the end of N-Triples, where a server may tell why there is no more."""
        lines = self._tail.decode("utf-8", "replace").splitlines()[1:]
        return "\n".join(line for line in lines if line.startswith("#"))

    def _has_end(self) -> bool:
        return "content-length" in self.headers or "transfer-encoding" in self.headers

    def _await(self, size: int) -> None:
        """Keep that much of what comes, or all there is."""
        kept = [self._rest]
        length = len(self._rest)
        try:
            while length < size and not self._has_ended:
                kept.append(self._next())
                length += len(kept[-1])
        finally:
            self._rest = b"".join(kept)

    def _next(self) -> bytes:
        """Return the next piece; none at the end.

        Raises:
            EndpointError: It cannot be read any further.
            QueryTimeoutError: The time is over.
        """
        if self._has_ended:
            return b""
        try:
            with self.endpoint.network.waiting(self.patience):
                piece = next(self._pieces, b"")
        except (*FAILURES, OutOfTimeError) as error:
            raise self.endpoint.failure(error, self.patience) from error
        self._has_ended = not piece
        return piece


def _check_status(answer: Answer) -> None:
    """Make sure that the endpoint took the request.

    Raises:
        EndpointError: It is not well.
        GraphError: It refused.
    """
    status, name = answer.response.status, answer.endpoint.name
    if status in (200, 201, 204):
        packed = answer.headers.get("content-encoding", "identity").lower()
        if packed != "identity":
            raise answer.endpoint.wrong(f"packed its answer ({packed[:40]}), which nobody asked for")
        return
    if status in REDIRECTS:
        where = excerpt(_without_user(answer.headers.get("location", "")), "", answer.endpoint.secrets)
        raise answer.endpoint.wrong(f"sends us on to {where or 'nowhere'}; name the endpoint itself")
    told = answer.text()
    said = f": “{told}”" if told else ""
    if status in (401, 403, 407):
        reason = f"{name} {_REFUSALS[status]} (status {status}){said}"
        raise EndpointError(EngineAccessError(f"The server {reason}."), reason)
    if status >= 500 and answer.is_late(told):
        raise answer.too_late()
    if status in UNWELL:
        reason = f"{name} is not well (status {status}){said}"
        raise EndpointError(EngineUnavailableError(reason), reason)
    if status == 400:
        raise EvaluationError(f"The server {name} refuses what it was asked{said}.")
    hint = "; is that the address of its endpoint?" if status in (404, 405) else "."
    raise EngineAnswerError(f"The server {name} answered with status {status}{said}{hint}")


_REFUSALS: Final = {
    401: "wants another name or password than it was told",
    403: "does not allow this to the name that it was told",
    407: "is behind a proxy that wants a password",
}


def _without_user(address: str) -> str:
    """Return an address without user, password and parameters."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _strange(answer: Answer) -> str:
    """Return what an answer of another type is."""
    if "html" in answer.media_type:
        return "gave a page for people where results were due; it may be no SPARQL endpoint"
    shown_type = excerpt(answer.media_type, "", answer.endpoint.secrets)
    return f"gave an answer of the type “{shown_type}”, which was not asked for"


def _cut(error: EndpointError) -> GraphError:
    """Return that an answer of which something was passed on has no end."""
    if isinstance(error.error, EngineUnavailableError):
        return EngineAnswerError(f"The answer of the server was cut: {error.reason}. Ask again.")
    return error.error


def _said(error: Exception, patience: Patience) -> str:
    """Return how the network failed, in words."""
    if isinstance(error, httpcore.ConnectTimeout):
        return "takes no connection in time"
    if isinstance(error, httpcore.ConnectError):
        return f"takes no connection ({_plain(error)})"
    if isinstance(error, httpcore.PoolTimeout):
        return "is asked too much at once"
    if isinstance(error, httpcore.TimeoutException):
        return f"said nothing for {patience.stall_seconds:g} seconds"
    if isinstance(error, httpcore.ProtocolError):
        return f"does not keep to HTTP, or broke off ({_plain(error)})"
    return f"broke the connection off ({_plain(error)})"


def _plain(error: Exception) -> str:
    return excerpt(str(error), "", ()).rstrip(".")


def _certificate(error: BaseException | None) -> str:
    """Return why a certificate was refused; nothing where it was not that."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return str(error.verify_message or error.reason)
        error = error.__cause__ or error.__context__
    return ""


def _is_json(content: bytes) -> bool:
    try:
        return isinstance(orjson.loads(content), dict)
    except orjson.JSONDecodeError:
        return False
