"""What a request of the SPARQL 1.1 Protocol asks: its parameters, its query, its dataset, its format.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from fastapi.concurrency import run_in_threadpool

from api.forms import grouped
from api.negotiation import choose
from api.serving import generation_number
from graph.engine.jobs import Job
from graph.errors import ParameterError, UnknownTermError
from graph.exports.legend import Legend
from graph.federation import Call, find_calls
from graph.formats import JSON, NETWORKS, QUERY_GRAPHS, QUERY_TABLES, XML, Format, find_format
from graph.index import Index
from graph.iris import digest
from graph.remote_hosts import AllowedHosts
from graph.sparql import Form, Query, hints, read_query

SINGLE: Final = ("query", "timeout", "complete", "at", "unknown")
REPEATED: Final = ("default-graph-uri", "named-graph-uri")
REFUSED: Final = {"update": "this path answers queries only."}
# What an answer without a row looks like.
IS_EMPTY: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "json": lambda content: content.endswith(b'"bindings":[]}}'),
    "xml": lambda content: b"<result>" not in content and b"<boolean>" not in content,
    "csv": lambda content: content.count(b"\n") <= 1,
    "tsv": lambda content: content.count(b"\n") <= 1,
    "turtle": lambda content: all(line.startswith((b"@prefix", b"PREFIX")) for line in content.splitlines() if line),
    "n-triples": lambda content: not content,
}
UNKNOWN: Final = ("hint", "problem")
TRUTHS: Final = {"true": True, "false": False}
HOST: Final = re.compile(r"[\w.\-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
# Reading a text of so many characters takes some tens of milliseconds at most.
LONG_TEXT: Final = 32 * 1024
Parameters = Mapping[str, Sequence[str]]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with everything that decides its answer.

    Attributes:
        calls: The other services that it asks.
        seconds: How long it may take, where the client says so.
        is_complete: Whether the client wants all or an error, however large the answer.
        tells_unknown: Whether the client wants a problem where the answer is empty and a term unknown.
    """

    query: Query
    job: Job
    calls: tuple[Call, ...]
    form: Format
    seconds: float | None
    is_complete: bool
    tells_unknown: bool

    @classmethod
    def of(
        cls, parameters: Parameters, index: Index, hosts: AllowedHosts, *, accept: str | None, address: str
    ) -> "Asked":
        """Return what *parameters* ask of *index*, and of *hosts*; *address* is where relative IRIs begin.

        Raises:
            GraphError: A parameter, the query or the wished formats do not fit.
        """
        query = read_query(parameters["query"][0])
        calls = find_calls(query.text, query.tokens, index.prefixes, hosts)
        form = _form(query.form, accept, parameters["format"])
        default, named = (tuple(parameters[name]) for name in REPEATED)
        is_given = bool(default or named)
        is_plain = index.generation.manifest.is_plain
        everything = () if query.names_dataset or is_plain else (index.iris.graph("all").value,)
        job = Job(
            query=query.text,
            format=form.name,
            prefixes=index.prefixes,
            default_graphs=default if is_given else everything or None,
            named_graphs=named if is_given else None,
            base_iri=address,
            legend=Legend.of(index.vocabulary, index.iris) if form in NETWORKS else None,
        )
        return cls(
            query=query,
            job=job,
            calls=calls,
            form=form,
            seconds=_seconds(parameters["timeout"]),
            is_complete=_truth("complete", parameters["complete"]),
            tells_unknown=_unknown(parameters["unknown"]) == "problem",
        )

    def check(self, content: bytes, index: Index) -> None:
        """Refuse an empty answer to a query that names what the ontology lacks, where the client asks for that.

        Raises:
            UnknownTermError: It is one.
        """
        is_empty = IS_EMPTY.get(self.form.name)
        if not self.tells_unknown or is_empty is None or not is_empty(content):
            return
        found = hints(self.query.tokens, index.vocabulary, self.job.prefixes)
        if found:
            first = found[0]
            place = {"line": first.token.line, "column": first.token.column}
            raise UnknownTermError([str(hint) for hint in found], suggestions=first.suggestions, **place)

    def etag(self, index: Index) -> str:
        """Return the tag of the answer: the hash of all that decides it, but for how long it may take.

        It is weak: the same content may be sent packed or not.
        """
        job, manifest = self.job, index.generation.manifest
        graphs = (*(job.default_graphs or ("-",)), "|", *(job.named_graphs or ("-",)))
        facts = (manifest.stamp, self.form.media_type, str(job.base_iri), *graphs, job.query)
        return f'W/"{digest(*facts)[:24]}"'

    @property
    def media_type(self) -> str:
        """The Content-Type of the answer."""
        media_type = self.form.media_type
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


async def reading(text: str, read: Callable[[], Read]) -> Read:
    """Return what *read* makes of *text*; where that is long, it is read in a thread, and others need not wait."""
    return await run_in_threadpool(read) if len(text) > LONG_TEXT else read()


def address_of(scheme: str, host: str, server: tuple[str, int | None] | None, path: str) -> str:
    """Return the address of a request without its query; a *host* that names none gives way to the server's own.

    >>> address_of("http", "example.org", None, "/sparql"), address_of("http", "a b", ("127.0.0.1", 80), "/sparql")
    ('http://example.org/sparql', 'http://127.0.0.1:80/sparql')
    """
    if HOST.fullmatch(host) is None:
        host = ":".join(str(part) for part in server or ("localhost",))
    return f"{scheme}://{host}{path}"


def read_parameters(pairs: Sequence[tuple[str, str]]) -> Parameters:
    """Return the values of each parameter of the protocol; others are passed over, as it wants.

    Raises:
        ParameterError: One is there twice, does not fit, is no IRI, or asks for an update.
    """
    formats = [value for name, value in pairs if name == "format"]
    others = [pair for pair in pairs if pair[0] != "format"]
    found = {**grouped(others, single=SINGLE, repeated=REPEATED, refused=REFUSED), "format": formats}
    _check(found)
    return found


def _check(parameters: Parameters) -> None:
    """Refuse what does not fit, also where it would not be used: a service description is asked for with the same."""
    _seconds(parameters["timeout"])
    _unknown(parameters["unknown"])
    _truth("complete", parameters["complete"])


def generation_of(parameters: Parameters) -> int | None:
    """Return the number of the generation that is asked, ``None`` for the newest."""
    return generation_number(parameters["at"][0]) if parameters["at"] else None


@lru_cache(maxsize=256)
def choose_format(formats: tuple[Format, ...], accept: str | None, wanted: tuple[str, ...]) -> Format:
    """Return the format that is asked for; some clients name theirs twice, by its name and by its media types.

    Raises:
        ParameterError: Two formats are named.
        UnknownFormatError, NotAcceptableError: There is no such format.
    """
    names = [name for value in wanted for name in value.split(",")]
    if len({find_format(name, formats) for name in names if name}) > 1:
        raise ParameterError("format", wanted[-1], "there may be only one.")
    return choose(formats, accept=accept, wanted=next(iter(names), None))


def _form(form: Form, accept: str | None, wanted: Sequence[str]) -> Format:
    formats = QUERY_GRAPHS if form.is_graph else (JSON, XML) if form is Form.ASK else QUERY_TABLES
    return choose_format(formats, accept, tuple(wanted))


def _seconds(values: Sequence[str]) -> float | None:
    if not values:
        return None
    try:
        seconds = float(values[0])
    except ValueError:
        seconds = -1
    if not 0 < seconds < 1e6:
        raise ParameterError("timeout", values[0], "a number of seconds above 0 is expected.")
    return seconds


def _unknown(values: Sequence[str]) -> str:
    if values and values[0] not in UNKNOWN:
        raise ParameterError("unknown", values[0], "hint or problem is expected.", allowed=UNKNOWN)
    return values[0] if values else UNKNOWN[0]


def _truth(name: str, values: Sequence[str]) -> bool:
    if not values:
        return False
    if values[0] not in TRUTHS:
        raise ParameterError(name, values[0], "true or false is expected.", allowed=tuple(TRUTHS))
    return TRUTHS[values[0]]
