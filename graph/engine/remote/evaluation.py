"""Evaluates the jobs of a worker on a server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, serialize

from graph.engine.embedded import Reader
from graph.engine.evaluation import PREFIXED, Evaluator
from graph.engine.generations import read_generation, read_set
from graph.engine.jobs import Job
from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.engine.remote.names import Names
from graph.engine.remote.plain_reader import PlainServerReader
from graph.engine.remote.reader import RemoteReader
from graph.graph_names import Dataset, in_set
from graph.graph_places import Grammar
from graph.sparql import tokens


@dataclass(frozen=True, slots=True)
class ServerEvaluator:
    """Evaluates on one set of graphs of a server.

    Attributes:
        sizes: How many triples each graph has, by the name that people know.
    """

    client: Client
    names: Names
    sizes: dict[str, int]

    @contextmanager
    def result(self, job: Job) -> Iterator[Any]:
        """Return what the server gives."""
        there = tuple(iri for iri, size in self.sizes.items() if size)
        dataset = Dataset(there, job.default_graphs, job.named_graphs)
        found = tuple(tokens(job.query))
        asked = in_set(job.query, found, dataset, self.names, Grammar(job.prefixes, job.base_iri))
        with _asked(self.client, asked.text, job, asked.default_graphs, asked.named_graphs) as result:
            yield result

    def write_graph(self, job: Job, form: RdfFormat, output: Any) -> None:
        """Write the graph that *job* names."""
        triples = self._reader().triples(NamedNode(job.graph or ""))
        serialize(triples, output, form, prefixes=job.prefixes if form in PREFIXED else None)

    def reader(self, default_graph: NamedNode) -> Reader:
        """Return what looks things up in the same set."""
        return RemoteReader(self.client, self.names, self.sizes, default_graph)

    def _reader(self) -> RemoteReader:
        return RemoteReader(self.client, self.names, self.sizes, NamedNode(f"{self.names.base}graph/all"))


@dataclass(frozen=True, slots=True)
class PlainEvaluator:
    """Evaluates on a dataset of a server, as it is."""

    client: Client

    @contextmanager
    def result(self, job: Job) -> Iterator[Any]:
        """Return what the server gives."""
        Grammar(job.prefixes, job.base_iri).read(job.query)
        with _asked(self.client, job.query, job, job.default_graphs, job.named_graphs) as result:
            yield result

    def write_graph(self, job: Job, form: RdfFormat, output: Any) -> None:
        """Write the graph that *job* names."""
        triples = PlainServerReader(self.client).triples(NamedNode(job.graph) if job.graph else None)
        serialize(triples, output, form, prefixes=job.prefixes if form in PREFIXED else None)

    def reader(self, default_graph: NamedNode) -> Reader:  # noqa: ARG002  # as the other evaluators have it
        """Return what looks things up in the dataset."""
        return PlainServerReader(self.client)


@contextmanager
def _asked(
    client: Client, text: str, job: Job, default: Sequence[str] | None, named: Sequence[str] | None
) -> Iterator[Any]:
    with client.result(_prologue(job) + text, default=default or (), named=named or (), seconds=job.seconds) as result:
        yield result


def open_server(server: str, folder: Path) -> Evaluator:
    """Return what evaluates on *server*, told as JSON, the generation in *folder*."""
    # The service finds out how replicas are, and asks no worker while all are down.
    generation, client = read_generation(folder), Client(Remote.from_json(server), tries_anyway=True)
    if generation.manifest.is_plain:
        return PlainEvaluator(client)
    sizes = dict(generation.manifest.graph_sizes())
    names = Names(generation.manifest.base_iri, read_set(generation), client.remote.shared_writers)
    return ServerEvaluator(client, names, sizes)


def _prologue(job: Job) -> str:
    """Return the declarations that a query need not make, on one line, so that its lines keep their numbers."""
    found: Sequence[str] = [f"PREFIX {name}: <{iri}> " for name, iri in job.prefixes.items() if f"{name}:" in job.query]
    return (f"BASE <{job.base_iri}> " if job.base_iri else "") + "".join(found)
