"""What a request of the SPARQL 1.1 Protocol asks: its parameters, its query, its dataset, its format.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from api.negotiation import choose
from graph.engine.worker import Job
from graph.errors import ParameterError
from graph.formats import GRAPHS, JSON, RESULTS, XML, Format
from graph.index import Index
from graph.iris import digest, is_iri
from graph.sparql import Form, Query, read_query

SINGLE: Final = ("query", "format", "timeout", "complete")
REPEATED: Final = ("default-graph-uri", "named-graph-uri")
TRUTHS: Final = {"true": True, "false": False}
MOST_FIELDS: Final = 1000
HOST: Final = re.compile(r"[\w.\-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with everything that decides its answer.

    Attributes:
        seconds: How long it may take, where the client says so.
        is_complete: Whether the client wants all or an error, however large the answer.
    """

    query: Query
    job: Job
    form: Format
    seconds: float | None
    is_complete: bool

    @classmethod
    def of(cls, parameters: Parameters, index: Index, *, accept: str | None, address: str) -> "Asked":
        """Return what *parameters* ask of *index*; *address* is where relative IRIs begin.

        Raises:
            GraphError: A parameter, the query or the wished formats do not fit.
        """
        query = read_query(parameters["query"][0])
        form = _form(query.form, accept, next(iter(parameters["format"]), None))
        default, named = (tuple(parameters[name]) for name in REPEATED)
        is_given = bool(default or named)
        everything = () if query.names_dataset else (index.iris.graph("all").value,)
        job = Job(
            query=query.text,
            format=form.name,
            prefixes=index.prefixes,
            default_graphs=default if is_given else everything or None,
            named_graphs=named if is_given else None,
            base_iri=address,
        )
        return cls(query, job, form, _seconds(parameters["timeout"]), _truth("complete", parameters["complete"]))

    def etag(self, index: Index) -> str:
        """Return the tag of the answer: the hash of all that decides it, but for how long it may take.

        It is weak: the same content may be sent packed or not.
        """
        job, manifest = self.job, index.generation.manifest
        graphs = (*(job.default_graphs or ("-",)), "|", *(job.named_graphs or ("-",)))
        facts = (manifest.inputs, str(manifest.id), self.form.media_type, str(job.base_iri), *graphs, job.query)
        return f'W/"{digest(*facts)[:24]}"'

    @property
    def media_type(self) -> str:
        """The Content-Type of the answer."""
        media_type = self.form.media_type
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def address_of(scheme: str, host: str, server: tuple[str, int | None] | None, path: str) -> str:
    """Return the address of a request without its query; a *host* that names none gives way to the server's own.

    >>> address_of("http", "example.org", None, "/sparql"), address_of("http", "a b", ("127.0.0.1", 80), "/sparql")
    ('http://example.org/sparql', 'http://127.0.0.1:80/sparql')
    """
    if HOST.fullmatch(host) is None:
        host = ":".join(str(part) for part in server or ("localhost",))
    return f"{scheme}://{host}{path}"


def read_form(text: str) -> list[tuple[str, str]]:
    """Return the names and values of a form, decoded once.

    Raises:
        ParameterError: It is not UTF-8, or has too many fields.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise ParameterError("query", text[:80], "the form is not UTF-8, or has too many fields.") from error


def grouped(pairs: Sequence[tuple[str, str]]) -> Parameters:
    """Return the values of each parameter of the protocol; others are passed over, as it wants.

    Raises:
        ParameterError: One is there twice, is no IRI, or asks for an update.
    """
    found: dict[str, list[str]] = {name: [] for name in (*SINGLE, *REPEATED)}
    for name, value in pairs:
        if name in found:
            found[name].append(value)
        elif name == "update":
            raise ParameterError("update", value, "this path answers queries only.")
    for name in SINGLE:
        if len(found[name]) > 1:
            raise ParameterError(name, found[name][1], "there may be only one.")
    for name in REPEATED:
        for value in found[name]:
            if not is_iri(value):
                raise ParameterError(name, value, "this is not an absolute IRI.")
    return found


@lru_cache(maxsize=64)
def _form(form: Form, accept: str | None, wanted: str | None) -> Format:
    formats = GRAPHS if form.is_graph else (JSON, XML) if form is Form.ASK else RESULTS
    return choose(formats, accept=accept, wanted=wanted)


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


def _truth(name: str, values: Sequence[str]) -> bool:
    if not values:
        return False
    if values[0] not in TRUTHS:
        raise ParameterError(name, values[0], "true or false is expected.", allowed=tuple(TRUTHS))
    return TRUTHS[values[0]]
