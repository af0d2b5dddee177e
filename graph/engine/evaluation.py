"""What evaluates a job of a worker: a store on this machine, or a server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from graph.engine.embedded import EmbeddedReader, Reader
from graph.engine.jobs import Job

# The engine's own serializer knows no prefixes; these formats are read by people.
PREFIXED = (RdfFormat.TURTLE, RdfFormat.RDF_XML)


class Evaluator(Protocol):
    """Evaluates jobs on one generation."""

    def result(self, job: Job) -> AbstractContextManager[Any]:
        """Return solutions, a truth value, or triples, to be read in a ``with`` block."""
        ...

    def write_graph(self, job: Job, form: RdfFormat, output: Any) -> None:
        """Write the graph that *job* names."""
        ...

    def reader(self, default_graph: NamedNode) -> Reader:
        """Return what looks things up in the same generation."""
        ...


class StoreEvaluator:
    """Evaluates on a store that is open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def result(self, job: Job) -> Iterator[Any]:
        """Return what the engine gives."""
        graphs: Any = None if job.default_graphs is None else [NamedNode(iri) for iri in job.default_graphs]
        named: Any = None if job.named_graphs is None else [NamedNode(iri) for iri in job.named_graphs]
        prefixes = {name: iri for name, iri in job.prefixes.items() if f"{name}:" in job.query}  # each costs time
        result = self._store.query(
            job.query, base_iri=job.base_iri, prefixes=prefixes, default_graph=graphs, named_graphs=named
        )
        try:
            yield result
        finally:
            del result

    def write_graph(self, job: Job, form: RdfFormat, output: Any) -> None:
        """Write the graph that *job* names."""
        graph = NamedNode(job.graph) if job.graph else DefaultGraph()
        self._store.dump(output, form, from_graph=graph, prefixes=job.prefixes if form in PREFIXED else None)

    def reader(self, default_graph: NamedNode) -> Reader:
        """Return what looks things up in the store."""
        return EmbeddedReader(self._store, default_graph)
