"""A plain dataset that lives on a server: writes go there as they come, and whatever they do is at once.

The generations of this machine have no triples: their numbers say that something was written through this service.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import BlankNode, Triple

from graph.engine.embedded import Reader, parse_update
from graph.engine.generations import (
    Cause,
    Generation,
    candidate,
    find_current,
    newest_id,
    open_current,
    publish,
    writing,
)
from graph.engine.remote.client import LOAD_BYTES, Client, bodies, insertion
from graph.engine.remote.plain_reader import PlainServerReader
from graph.errors import (
    EvaluationError,
    StateFolderError,
    UnknownGraphError,
    WriteConflictError,
    WriteRefusedError,
)
from graph.federation import LOAD, SERVICE, refuse_hidden
from graph.home import FOLDER, Outlet, Quarters
from graph.plain import NOTHING_JUDGED, manifest_of
from graph.report import Report
from graph.sparql_update import UpdateDataset, read_update, refusal_at
from graph.updating import explained, parse_parts
from graph.writes import KINDS, Author, DeleteGraph, Judged, PutGraph, RunUpdate, Trial, Write, Written

MADE_WITH: Final = "plain-elsewhere"


def open_plain_elsewhere(state: Path, base_iri: str) -> Generation:
    """Return the newest generation of a plain dataset on a server; where there is none, publish the first.

    Raises:
        StateFolderError: *state* holds something else.
    """
    with writing(state):
        current = find_current(state)
        if current is None:
            return _publish(state, base_iri, Cause("build"))
    if current.manifest.workshop != MADE_WITH:
        raise StateFolderError(state, "holds a graph of this machine, and a plain dataset on a server needs its own")
    return current


def _publish(state: Path, base_iri: str, cause: Cause) -> Generation:
    manifest = manifest_of(newest_id(state) + 1, base_iri, cause, 0, made_with=MADE_WITH)
    with candidate(state) as folder:
        return publish(folder, manifest, Report(), state)


@dataclass(frozen=True, slots=True)
class PlainElsewhere:
    """A server that holds a plain dataset."""

    client: Client

    def catch_up(self, state: Path) -> None:
        """Do nothing: what is on the server is what there is."""

    def publishing(self, state: Path, *, is_patient: bool = False) -> AbstractContextManager[Outlet]:  # noqa: ARG002
        """Return the right to publish, which everybody has."""
        return nullcontext(FOLDER)

    def complete(self, generation: Generation, state: Path) -> None:
        """Do nothing: nothing is judged."""

    def reader(self, generation: Generation) -> Reader:  # noqa: ARG002  # as the other homes have it
        """Return what reads the dataset, as it is at any moment."""
        return PlainServerReader(self.client)

    def quarters(self, generation: Generation) -> Quarters:
        """Return where workers find *generation*."""
        return Quarters(generation.folder, self.client.remote.to_json(), admit=self.client.replicas.check)


@dataclass(frozen=True, slots=True)
class PlainOfficeElsewhere:
    """Where writes to a plain dataset on a server are done."""

    state: Path
    base_iri: str
    client: Client

    def try_out(self, asked: Trial) -> Judged:  # noqa: ARG002  # as the other office has it
        """Refuse: a plain dataset judges nothing.

        Raises:
            WriteRefusedError: Always.
        """
        raise WriteRefusedError(NOTHING_JUDGED)

    def perform(self, write: Write, author: Author) -> Written:
        """Do *write*; when this returns, the server has done it.

        Raises:
            GraphError: It cannot be done; a server that does not take an update as a whole may have done a part.
        """
        if type(write) not in CHANGE:
            raise WriteRefusedError("A plain dataset on a server has no documents and no earlier generations.")
        with writing(self.state):
            open_current(self.state)
            is_new = CHANGE[type(write)](write, self.client)
            generation = _publish(self.state, self.base_iri, Cause(KINDS[type(write)], author.by, author.request))
            return Written(generation.id, is_new=is_new)


def _put(write: PutGraph, client: Client) -> bool:
    is_new = bool(write.graph) and not PlainServerReader(client).holds(write.graph)
    triples = parse_parts(write)
    body = _first_body(triples, client)
    if not write.is_added:
        # With the triples, as far as they fit: a server that refuses them or fails has emptied nothing then.
        added = f";\n{insertion(write.graph, body)}" if body else ""
        client.update(f"CLEAR SILENT {_shown(write.graph)}{added}")
        triples = triples[body.count(b"\n") :]
    client.load(write.graph, triples)
    return is_new


def _first_body(triples: Sequence[Triple], client: Client) -> bytes:
    """Return of *triples* what the first update takes: all, where they fit; nothing where a graph store must take all.

    Raises:
        WriteRefusedError: They have blank nodes, and would need several requests, in which these are not the same.
    """
    dialect = client.remote.dialect
    has_blank_nodes = any(map(_has_blank_node, triples))
    if has_blank_nodes and dialect.has_picky_inserts and not client.has_store:
        raise WriteRefusedError("The server takes blank nodes through its graph store alone, and none is named.")
    if client.has_store and (has_blank_nodes or not dialect.has_picky_inserts):
        body = next(bodies(triples, most_bytes=LOAD_BYTES), b"")
    else:
        body = next(bodies(triples, most_bytes=dialect.insert_bytes, most_triples=dialect.insert_triples), b"")
    if has_blank_nodes and body.count(b"\n") < len(triples):
        raise WriteRefusedError(
            "So many triples go in several requests, which tear blank nodes apart; give those IRIs."
        )
    return b"" if has_blank_nodes and dialect.has_picky_inserts else body


def _has_blank_node(term: Any) -> bool:
    if isinstance(term, Triple):
        return _has_blank_node(term.subject) or _has_blank_node(term.object)
    return isinstance(term, BlankNode)


def _delete(write: DeleteGraph, client: Client) -> bool:
    if write.graph and not PlainServerReader(client).holds(write.graph):
        raise UnknownGraphError(write.graph)
    client.update(f"{'DROP' if write.graph else 'CLEAR'} SILENT {_shown(write.graph)}")
    return False


def _update(write: RunUpdate, client: Client) -> bool:
    dataset = UpdateDataset(write.default_graphs, write.named_graphs)
    names_dataset = bool(write.default_graphs or write.named_graphs)
    update = read_update(write.text, write.prefixes, must_name_graphs=False, names_dataset=names_dataset)
    text, base_iri = update.on(dataset if names_dataset else None), write.base_iri or None

    def parse(other: str) -> None:
        parse_update(other, base_iri=base_iri, prefixes=write.prefixes)

    try:
        parse(text)
        if update.refused:
            raise refusal_at(update.refused)
        refuse_hidden(text, "", parse, (SERVICE, LOAD))
    except SyntaxError as error:
        raise explained(write, error) from error
    base = f"BASE <{base_iri}> " if base_iri else ""
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in write.prefixes.items() if f"{name}:" in text)
    try:
        client.update(base + prefixes + text)
    except EvaluationError as error:
        raise WriteConflictError(str(error)) from error
    return False


def _shown(graph: str) -> str:
    return f"GRAPH <{graph}>" if graph else "DEFAULT"


CHANGE: Final[dict[type, Callable[..., bool]]] = {PutGraph: _put, DeleteGraph: _delete, RunUpdate: _update}
