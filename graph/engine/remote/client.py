"""Asks a SPARQL server, and changes what it holds.  Touches the network.

Source: https://www.w3.org/TR/sparql11-protocol/ and https://www.w3.org/TR/sparql11-http-rdf-update/
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from threading import Thread
from time import sleep
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import httpcore
from pyoxigraph import QueryBoolean, QuerySolutions, Triple

from graph.engine.remote.answers import FAILURES, GRAPH, GRAPHS, TABLE, TABLES, Answer, Endpoint, EndpointError, Term
from graph.engine.remote.configuration import Remote
from graph.engine.remote.network import Headers, Network, OutOfTimeError, Patience
from graph.engine.remote.replicas import Replicas
from graph.errors import (
    EngineAnswerError,
    EngineUnavailableError,
    EvaluationError,
    GraphError,
    QueryTimeoutError,
    ReadOnlyError,
)
from graph.sparql import read_query, tokens

Result = QuerySolutions | QueryBoolean | Iterator[Triple]
FORM: Final = "application/x-www-form-urlencoded"
UPDATE: Final = "application/sparql-update; charset=utf-8"
CHECK_SECONDS: Final = 5.0
# How long an endpoint that has not answered lately may think about nothing before another one is asked.
GREETING_SECONDS: Final = 1.0
LOAD_BYTES: Final = 4 << 20
AGAIN_SECONDS: Final = 0.25
# What a gateway says that has perhaps passed a request on.
GATEWAYS: Final = (502, 504)


def own_limit(query: str) -> int:
    """Return the number behind the ``LIMIT`` that ends *query*; 0 where there is none.

    >>> own_limit("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 10 OFFSET 5")
    10
    >>> own_limit("CONSTRUCT { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } LIMIT 10 } }")
    0
    """
    found = tuple(tokens(query))
    end = max((place for place, token in enumerate(found) if token.text == "}"), default=0)
    pairs = zip(found[end:], found[end + 1 :], strict=False)
    return next((int(number.text) for word, number in pairs if word.text.upper() == "LIMIT"), 0)


class Solutions:
    """The rows of a table, read once, in the ``with`` block that opens it.

    Attributes:
        names: Those of its columns.
    """

    def __init__(self, opened: AbstractContextManager[tuple[Answer, Any]]) -> None:
        self._opened = opened
        self._answer, self._rows = opened.__enter__()
        self.names: tuple[str, ...] = tuple(variable.value for variable in self._rows.variables)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._rows  # the engine wants it to end in the thread that made it
        self._opened.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        """Yield a term for each name, ``None`` where there is none.

        Raises:
            GraphError: The rows end too early.
        """
        try:
            for row in self._rows:
                yield tuple(row)
        except SyntaxError as error:
            raise self._answer.broken(error) from error


class Client:
    """What asks a server.  Threads may share it; each answer belongs to one of them."""

    def __init__(self, remote: Remote, replicas: Replicas | None = None, *, tries_anyway: bool = False) -> None:
        """Connect to nothing yet; *tries_anyway* is as `Replicas` have it.

        Raises:
            OSError: The file of certificates cannot be read.
        """
        self.remote = remote
        first = random.randrange(len(remote.queries))  # noqa: S311  # many processes should not begin with the same
        self.replicas = replicas or Replicas(remote.queries, first=first, tries_anyway=tries_anyway)
        self._network = Network(remote)
        self._most_rows: dict[str, int] = {}

    def select(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), seconds: float | None = None
    ) -> Solutions:
        """Return the rows of a SELECT, to be used in a ``with`` block.

        Args:
            default, named: The graphs of the dataset; the query, or else the server, chooses where there are none.
            seconds: How long it may take, until the last row.

        Raises:
            EngineUnavailableError: No endpoint answers.
            EngineAnswerError: What came is no answer, or not all of one.
            EngineAccessError: The server refuses us, or we its certificate.
            QueryTimeoutError: It took longer than that.
            EvaluationError: The server refuses the query.
        """
        return Solutions(self._solutions(query, default, named, seconds))

    def ask(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), seconds: float | None = None
    ) -> bool:
        """Return what an ASK says; arguments and errors are those of `select`."""
        with self._answered(self._form(query, default, named), TABLE, TABLES, seconds) as (answer, found):
            truth = bool(found) if isinstance(found, QueryBoolean) else None
            del found
            if truth is None:
                raise answer.endpoint.wrong("gave a table where a truth value was due").error
            return truth

    @contextmanager
    def construct(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), seconds: float | None = None
    ) -> Iterator[Iterator[Triple]]:
        """Return the triples of a CONSTRUCT or DESCRIBE; arguments and errors are those of `select`."""
        with self._answered(self._form(query, default, named), GRAPH, GRAPHS, seconds) as (answer, found):
            try:
                self._refuse_cut(answer, query)
                yield found
            finally:
                found.close()
                del found

    @contextmanager
    def result(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), seconds: float | None = None
    ) -> Iterator[Result]:
        """Return what the form of the query gives; arguments and errors are those of `select`."""
        if read_query(query).form.is_graph:
            with self.construct(query, default=default, named=named, seconds=seconds) as triples:
                yield triples
        else:
            with self._answered(self._form(query, default, named), TABLE, TABLES, seconds) as (_, found):
                try:
                    yield found
                finally:
                    del found

    def update(self, text: str, *, seconds: float | None = None) -> None:
        """Run an update.

        Args:
            seconds: How long it may take; `Remote.update_seconds` without it.

        Raises:
            ReadOnlyError: There is no endpoint for updates.
            EngineUnavailableError: It could not be sent, and nothing was done.
            EngineAnswerError: What came of it is not known.
            EngineAccessError: The server refuses us, or we its certificate.
            QueryTimeoutError: It took longer than that; what came of it is not known.
            EvaluationError: The server refuses it.
        """
        if not self.remote.update:
            raise ReadOnlyError("The server is only read: no update endpoint is named.")
        form = self.remote.dialect.update_form
        body = urlencode({form: text}).encode() if form else text.encode()
        self._write(self.remote.update, FORM if form else UPDATE, body, seconds)

    @property
    def has_store(self) -> bool:
        """Whether triples are loaded through a graph store, and not by updates."""
        return bool(self.remote.store) and self.remote.dialect.has_graph_store

    def load(self, graph: str, triples: Iterable[Triple]) -> None:
        """Add triples to a graph, in several requests where they are many; errors are those of `update`.

        Args:
            graph: Its IRI; empty is the default graph.

        Blank nodes would not be the same in two requests, and so there should be none.
        """
        dialect = self.remote.dialect
        if self.has_store:
            mark = "&" if "?" in self.remote.store else "?"
            named = f"graph={quote(graph, safe='')}" if graph else "default"
            address = f"{self.remote.store}{mark}{named}"
            for body in bodies(triples, most_bytes=LOAD_BYTES):
                self._write(address, GRAPH, body, None)
        else:
            for body in bodies(triples, most_bytes=dialect.insert_bytes, most_triples=dialect.insert_triples):
                self.update(insertion(graph, body))

    def check(self, url: str, *, seconds: float = CHECK_SECONDS) -> None:
        """Do nothing if that endpoint answers within *seconds*, and let `replicas` know either way.

        Raises:
            GraphError: It does not, and says why.
        """
        patience = Patience(min(seconds, self.remote.stall_seconds), seconds)
        try:
            self._open(url, self._form("ASK {}", (), ()), TABLE, TABLES, patience)[0].close()
        except EndpointError as error:
            self.replicas.failed(url, error.reason)
            raise error.error from error
        except GraphError as error:
            self.replicas.failed(url, str(error))
            raise
        self.replicas.succeeded(url)

    def close(self) -> None:
        """Close all connections."""
        self._network.close()

    @contextmanager
    def _solutions(
        self, query: str, default: Sequence[str], named: Sequence[str], seconds: float | None
    ) -> Iterator[tuple[Answer, QuerySolutions]]:
        with self._answered(self._form(query, default, named), TABLE, TABLES, seconds) as (answer, found):
            if not isinstance(found, QuerySolutions):
                raise answer.endpoint.wrong("gave a truth value where a table was due").error
            try:
                yield answer, found
            finally:
                del found

    @contextmanager
    def _answered(
        self, form: Sequence[tuple[str, str]], accept: str, accepted: Sequence[str], seconds: float | None
    ) -> Iterator[tuple[Answer, Any]]:
        """Return the answer of the first endpoint that gives one, and what is in it."""
        answer, found = self._first(form, accept, accepted, Patience(self.remote.stall_seconds, seconds))
        url = answer.endpoint.url
        try:
            yield answer, found
        except SyntaxError as error:
            raise answer.broken(error) from error
        finally:
            del found
            answer.close()
            if answer.trouble:
                self.replicas.failed(url, answer.trouble)

    def _first(
        self, form: Sequence[tuple[str, str]], accept: str, accepted: Sequence[str], patience: Patience
    ) -> tuple[Answer, Any]:
        self._look_after()
        failures: list[tuple[GraphError, str]] = []
        for url in self._in_order():
            try:
                opened = self._open(url, form, accept, accepted, patience)
            except EndpointError as error:
                self.replicas.failed(url, error.reason)
                # Not the error itself: its trace would keep this call, and with it, in a circle, the answer that is
                # found at last, which then would end in whatever thread breaks the circle.
                failures.append((error.error, error.reason))
            except OutOfTimeError as error:
                raise QueryTimeoutError(patience.seconds or 0.0) from error
            except QueryTimeoutError:
                raise  # the query may be at fault, or the endpoint: `check` finds out
            except GraphError:
                self.replicas.succeeded(url)
                raise
            else:
                self.replicas.succeeded(url)
                return opened
        telling = [error for error, _ in failures if not isinstance(error, EngineUnavailableError)]
        if telling:
            raise telling[-1]
        raise EngineUnavailableError("; ".join(reason for _, reason in failures))

    def _in_order(self) -> Iterator[str]:
        """Yield the endpoints to be asked, those last that do not even answer a question of nothing.

        One that takes requests and says nothing would else use up all the time that a query has.
        """
        silent = []
        for url in self.replicas.order():
            if self.replicas.is_in_doubt(url) and not self._tried(url, GREETING_SECONDS):
                silent.append(url)
            else:
                yield url
        yield from silent

    def _open(
        self,
        url: str,
        form: Sequence[tuple[str, str]],
        accept: str,
        accepted: Sequence[str],
        patience: Patience,
    ) -> tuple[Answer, Any]:
        """Ask one endpoint; return its answer, of which the beginning is read, and what is in it."""
        endpoint = self._endpoint(url)
        body = urlencode([*form, *self._limit(patience)]).encode()
        headers = [("Accept", accept), ("Content-Type", FORM)]
        answer = self._posted(endpoint, headers, body, patience)
        try:
            answer.check(accepted)
            return answer, answer.triples() if answer.media_type in GRAPHS else answer.solutions()
        except BaseException:
            answer.close()
            raise

    def _posted(self, endpoint: Endpoint, headers: Headers, body: bytes, patience: Patience) -> Answer:
        """Send what may be sent twice; once more where the server had closed a connection that was kept."""
        for is_fresh in (False, True):
            patience.has_connected = False
            try:
                response = self._network.post(endpoint.url, headers, body, patience, is_fresh=is_fresh)
                return Answer.of(endpoint, patience, response)
            except (*FAILURES, OutOfTimeError) as error:
                is_stale = isinstance(error, httpcore.NetworkError | httpcore.RemoteProtocolError)
                if is_fresh or patience.has_connected or not is_stale:
                    raise endpoint.failure(error, patience) from error
        raise AssertionError

    def _write(self, url: str, content_type: str, body: bytes, seconds: float | None) -> None:
        """Send what may be sent once only."""
        limit = self.remote.update_seconds if seconds is None else seconds
        patience = Patience(limit, limit)
        endpoint = self._endpoint(url)
        headers = [("Accept", "*/*"), ("Content-Type", content_type)]
        for is_last in (False, True):
            try:
                response = self._network.post(url, headers, body, patience, is_fresh=True)
                break
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                if is_last:
                    raise endpoint.failure(error, patience).error from error
                sleep(AGAIN_SECONDS)
            except (*FAILURES, OutOfTimeError) as error:
                raise _unknown(endpoint.failure(error, patience)) from error
        answer = Answer.of(endpoint, patience, response)
        try:
            answer.check_done()
        except EndpointError as error:
            raise (_unknown(error) if response.status in GATEWAYS else error.error) from error
        finally:
            answer.close()

    def _endpoint(self, url: str) -> Endpoint:
        return Endpoint(url, self.remote.dialect, self._network, self._network.secrets())

    def _refuse_cut(self, answer: Answer, query: str) -> None:
        """Refuse a graph that may be cut where the server would not say so.

        Raises:
            EngineAnswerError: It may be.
        """
        url = answer.endpoint.url
        if not self.remote.dialect.rows_query:
            return
        if url not in self._most_rows:
            self._most_rows[url] = self._told_most_rows(url, answer.patience)
        most = self._most_rows[url]
        if most and not 0 < own_limit(query) < most:
            raise EngineAnswerError(
                f"The server {answer.endpoint.name} cuts graphs after {most} rows without saying so, and so its answer "
                "may not be whole. Raise the limit in its configuration, or end the query with a smaller LIMIT."
            )

    def _told_most_rows(self, url: str, patience: Patience) -> int:
        """Return after how many rows an endpoint cuts graphs; 0 where it does not."""
        form = self._form(self.remote.dialect.rows_query, (), ())
        try:
            answer, found = self._open(url, form, TABLE, TABLES, patience)
        except EndpointError as error:
            raise error.error from error
        except EvaluationError as error:
            raise EngineAnswerError(f"Whether graphs are cut cannot be known. {error}") from error
        with closing(answer):
            values = [row[0].value for row in found if row[0] is not None]
        return int(values[0]) if values and values[0].isdecimal() else 0

    def _form(self, query: str, default: Sequence[str], named: Sequence[str]) -> list[tuple[str, str]]:
        return [
            ("query", query),
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", iri) for iri in named),
        ]

    def _limit(self, patience: Patience) -> list[tuple[str, str]]:
        dialect = self.remote.dialect
        if not dialect.timeout_parameter or patience.seconds is None:
            return []
        return [(dialect.timeout_parameter, dialect.limit(patience.rest()))]

    def _look_after(self) -> None:
        """Try endpoints that have failed and may be well again, without letting anybody wait for them."""
        for url in self.replicas.due() if len(self.remote.queries) > 1 else ():
            Thread(target=self._tried, args=(url,), daemon=True).start()

    def _tried(self, url: str, seconds: float = CHECK_SECONDS) -> bool:
        try:
            self.check(url, seconds=seconds)
        except GraphError:
            return False
        return True


def _unknown(failure: EndpointError) -> GraphError:
    if isinstance(failure.error, EngineUnavailableError):
        return EngineAnswerError(f"What came of an update is not known: {failure.reason}.")
    return failure.error


def insertion(graph: str, body: bytes) -> str:
    """Return the update that adds triples, as N-Triples, to a graph; an empty IRI is the default graph."""
    told = f"GRAPH <{graph}> {{\n{body.decode()}}}" if graph else body.decode()
    return f"INSERT DATA {{ {told} }}"


def bodies(triples: Iterable[Triple], *, most_bytes: int, most_triples: int = 0) -> Iterator[bytes]:
    """Yield the triples as N-Triples, in bodies that are no larger than that, unless one triple is."""
    lines: list[bytes] = []
    size = 0
    for triple in triples:
        line = f"{triple} .\n".encode()
        if lines and (size + len(line) > most_bytes or len(lines) == most_triples):
            yield b"".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield b"".join(lines)
