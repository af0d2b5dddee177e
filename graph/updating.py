"""Graphs as they are sent, and updates as they are run: on a draft, which nobody sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from graph.engine.embedded import Draft, parse_update
from graph.errors import BadGraphError, QuerySyntaxError, ReadOnlyError, WriteConflictError
from graph.federation import LOAD, SERVICE, refuse_hidden
from graph.formats import DATASETS, find_format
from graph.sparql import UPDATES
from graph.sparql_mistakes import CONTINUATIONS, Language, explain
from graph.sparql_update import Update, UpdateDataset, refusal_at
from graph.writes import PutGraph, RunUpdate


def parse_parts(write: PutGraph) -> list[Triple]:
    """Return the triples that were sent.

    Raises:
        BadGraphError: They do not parse, or name graphs.
    """
    found: dict[Triple, None] = {}
    for text, format_name in write.parts:
        form = find_format(format_name, DATASETS).engine
        assert isinstance(form, RdfFormat)
        try:
            for quad in parse(text, form, base_iri=write.base_iri or None, rename_blank_nodes=True):
                if isinstance(quad.graph_name, NamedNode):
                    raise BadGraphError("a graph is sent, not several: leave the names of graphs out.")
                found[quad.triple] = None
        except SyntaxError as error:
            raise BadGraphError(f"{error.msg}.", line=error.lineno or 0, column=error.offset or 0) from error
        except ValueError as error:
            raise BadGraphError(f"{error}.") from error
    return list(found)


def run(draft: Draft, update: Update, dataset: UpdateDataset | None, write: RunUpdate) -> None:
    """Run an update.

    Raises:
        QuerySyntaxError: It does not parse.
        RemoteRefusedError: It loads from elsewhere, or asks another service.
        WriteConflictError: It does not fit what there is.
    """
    text, base_iri = update.on(dataset), write.base_iri or None
    try:
        if update.refused:
            parse_update(text, base_iri=base_iri, prefixes=write.prefixes)
            raise refusal_at(update.refused)
        refuse_hidden(
            text,
            write.gateway,
            lambda other: parse_update(other, base_iri=base_iri, prefixes=write.prefixes),
            (SERVICE, LOAD),
        )
        draft.update(text, base_iri=base_iri, prefixes=write.prefixes)
    except SyntaxError as error:
        raise explained(write, error) from error


def explained(write: RunUpdate, error: SyntaxError) -> QuerySyntaxError:
    """Return what is wrong with an update that does not parse, in plain words."""
    base_iri = write.base_iri or None
    updates = Language(
        "update",
        UPDATES,
        CONTINUATIONS | {word: word for word in ("DATA", "GRAPH", "INSERT", "DELETE", "INTO", "TO")},
        lambda text, prefixes: parse_update(text, base_iri=base_iri, prefixes=prefixes),
    )
    return explain(write.written or write.text, str(error.msg or error), write.prefixes, updates)


@dataclass(frozen=True, slots=True)
class Change:
    """What an update took out of a graph, and what it put in."""

    removed: frozenset[Triple]
    added: tuple[Triple, ...]
    is_dropped: bool = False


def changes_of(
    draft: Draft, graphs: Iterable[str], run_it: Callable[[], None], *, gateway: str, may_be_others: bool
) -> dict[str, Change]:
    """Run an update, and return what it changed, by the IRIs of *graphs* and of those that are new.

    Args:
        may_be_others: Whether it might write other graphs, too; to find that out, all there is is counted.

    Raises:
        ReadOnlyError: It changed other graphs as well.
    """
    before, known = {iri: _held(draft, iri) for iri in graphs}, _graphs(draft)
    count = draft.count() if may_be_others else 0
    run_it()
    left = _graphs(draft)
    before |= dict.fromkeys(left - known, frozenset())
    changes = {}
    for iri, old in before.items():
        new = _held(draft, iri)
        _refuse_local(new - old, gateway)
        change = Change(old - new, tuple(new - old), is_dropped=iri in known - left)
        count += len(change.added) - len(change.removed)
        if change.added or change.removed:
            changes[iri] = change
    if may_be_others and draft.count() != count:
        raise ReadOnlyError("The update would change graphs that are derived; write those of documents.")
    return changes


def _refuse_local(added: Iterable[Triple], gateway: str) -> None:
    """Refuse what was resolved against a local address: the engine does not know where it really loaded from.

    Raises:
        WriteConflictError: There is some.
    """
    if gateway and any(f"<{gateway}" in str(triple) for triple in added):
        raise WriteConflictError("What was loaded has relative addresses; only whole ones can be loaded from here.")


def _graphs(draft: Draft) -> set[str]:
    return {graph.value for graph in draft.graphs() if isinstance(graph, NamedNode)}


def _held(draft: Draft, iri: str) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in draft.quads(None, None, None, NamedNode(iri)))
