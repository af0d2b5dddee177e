"""SPARQL over HTTP against Oxigraph's own server and rdflib-endpoint, on the same triples in the same run."""

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import sleep
from urllib.parse import quote

from benchmarks.http_load import Load, run_load, zipf
from benchmarks.servers import cloud_index_process, oxigraph, rdflib_endpoint, resident_share_bytes
from benchmarks.table import Row

JSON = "application/sparql-results+json"
ENTITIES, PER_DOCUMENT = 5000, 500
RELATIONS = ("usesTool", "runsOn", "requires")
CLASSES = ("ClusterInstaller", "ContainerRuntime", "LoadBalancer", "Orchestrator", "StorageSystem", "Component")
CLIENTS = (1, 4, 8)
# What is promised is promised for so many clients.
CLIENTS_OF_JOINS, CLIENTS_OF_LOOK_UPS = 4, 8
BASE = "https://w3id.org/cloudindex/"
ONTOLOGY = f"{BASE}ontology#"
IDLE_SECONDS = 2
# Servers take turns, so that what else the machine does falls upon all of them.
ROUNDS = 5
# Each takes the engine a few milliseconds; the blanks are filled with classes and relations.
JOINS = (
    "SELECT ?a ?b ?c {{ ?a <{ontology}{one}> ?b . ?b <{ontology}{two}> ?c . ?a a <{ontology}{here}> . "
    "?c a <{ontology}{there}> }} LIMIT 50",
    "SELECT ?b (COUNT(?a) AS ?count) {{ ?a a <{ontology}{here}> ; <{ontology}{one}> ?b . ?b a <{ontology}{there}> }} "
    "GROUP BY ?b ORDER BY DESC(?count) ?b LIMIT 10",
    "SELECT DISTINCT ?d {{ ?a a <{ontology}{here}> ; <{ontology}{one}>/<{ontology}{two}> ?d . "
    "?d a <{ontology}{there}> }} ORDER BY ?d LIMIT 20",
)


@dataclass(frozen=True, slots=True)
class Mix:
    """A mix of queries; how many of them the slowest server is asked, of which nobody wants to wait for more."""

    what: str
    queries: tuple[str, ...]
    asked_of_the_slowest: int
    promised: tuple[str, str] = ("", "")


def measure() -> list[Row]:
    """Return requests a second of ours, each with its ratio to Oxigraph's and to those of rdflib-endpoint."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "data")
        triples = dumped(folder)
        with (
            cloud_index_process(folder / "data", folder / "state") as ours,
            oxigraph(triples, folder / "oxigraph") as engine,
            rdflib_endpoint(triples) as slowest,
        ):
            for port, path in ((ours[0], "/sparql"), (engine[0], "/query"), (slowest[0], "/")):
                run_load(port, _paths(path, ["ASK {}", "ASK { }"]), connections=1, accept=JSON)
            rows = [*_idle_rows(ours[1], engine[1], slowest[1])]
            for clients in CLIENTS:
                for mix in mixes(clients):
                    rows += _compared(mix, clients, ours[0], engine[0], slowest[0])
    return rows


def write_documents(folder: Path, *, entity_count: int = ENTITIES) -> None:
    """Write documents whose graph has about 20 triples for each of *entity_count* entities."""
    chance = random.Random(1)  # noqa: S311  # no secret depends on it
    (folder / "reference").mkdir(parents=True)
    for first in range(0, entity_count, PER_DOCUMENT):
        lines = ["entities:"]
        for number in range(first, min(first + PER_DOCUMENT, entity_count)):
            lines += [f"  software-{number}:", f"    type: {CLASSES[number % len(CLASSES)]}"]
            lines += [f"    name: Software {number}", "    licence: Apache-2.0", "    relations:"]
            lines += [f"      - {{{relation}: software-{chance.randrange(entity_count)}}}" for relation in RELATIONS]
        (folder / "reference" / f"part-{first // PER_DOCUMENT}.yaml").write_text("\n".join(lines), encoding="utf-8")


def dumped(folder: Path) -> Path:
    """Publish the documents of ``data`` below *folder*, and return the file of their triples."""
    triples = folder / "all.nt"
    command = (sys.executable, "-m", "api.cli", "export", "n-triples", "--output", triples)
    options = ("--data", folder / "data", "--state", folder / "state")
    subprocess.run((*command, *options), check=True, stderr=subprocess.DEVNULL)
    return triples


def mixes(clients: int) -> Iterator[Mix]:
    """Yield the mixes; no query of the first two is asked twice, in this round or for another number of clients."""
    joins = tuple(_joins(400 * clients**0.5, seed=clients))
    promised = ("≥ 0.8 ×", "> 20 ×") if clients == CLIENTS_OF_JOINS else ("", "")
    yield Mix("joins of a few milliseconds", joins, 3, promised)
    look_ups = tuple(
        f"SELECT ?p ?o {{ <{BASE}id/software-{number}> ?p ?o }} LIMIT 10 # {clients}" for number in range(ENTITIES)
    )
    once, repeated = ("≥ 0.3 ×", "≥ 0.5 ×") if clients == CLIENTS_OF_LOOK_UPS else ("", "")
    yield Mix("look-ups of ten rows, each once", look_ups, 200, (once, ""))
    yield Mix("look-ups of ten rows, repeated", tuple(zipf(look_ups[:100], ENTITIES)), 200, (repeated, ""))


def _joins(count: float, *, seed: int) -> Iterator[str]:
    chance = random.Random(seed)  # noqa: S311  # no secret depends on it
    for number in range(int(count)):
        one, two = chance.sample(RELATIONS, 2)
        here, there = chance.sample(CLASSES, 2)
        pattern = JOINS[number % len(JOINS)]
        yield pattern.format(ontology=ONTOLOGY, one=one, two=two, here=here, there=there) + f" # {seed} {number}"


def _compared(mix: Mix, clients: int, ours: int, engine: int, slowest: int) -> Iterator[Row]:
    for port, path in ((ours, "/sparql"), (engine, "/query"), (slowest, "/")):
        run_load(port, _paths(path, [query + "!" for query in mix.queries[:3]]), connections=clients, accept=JSON)
    rounds = [
        (
            run_load(ours, _paths("/sparql", queries), connections=clients, accept=JSON),
            run_load(engine, _paths("/query", queries), connections=clients, accept=JSON),
        )
        for queries in (mix.queries[number::ROUNDS] for number in range(ROUNDS))
    ]
    few = mix.queries[: mix.asked_of_the_slowest]
    of_slowest = run_load(slowest, _paths("/", few), connections=clients, accept=JSON).requests_per_second
    of_ours, of_engine = (median(pair[side].requests_per_second for pair in rounds) for side in (0, 1))
    ratio = median(mine.requests_per_second / theirs.requests_per_second for mine, theirs in rounds)
    who = f"{mix.what}, {clients} client{'s' * (clients > 1)}"
    yield Row(
        f"{who}, against Oxigraph's {of_engine:,.3g} ({_latency(rounds)})",
        of_ours,
        ratio,
        "requests/s",
        mix.promised[0],
    )
    against = f"{who}, against rdflib-endpoint's {of_slowest:,.3g}"
    yield Row(against, of_ours, of_ours / of_slowest, "requests/s", mix.promised[1])


def _latency(rounds: list[tuple[Load, Load]]) -> str:
    half, most = (
        median(getattr(pair[0], name) for pair in rounds) for name in ("p50_milliseconds", "p99_milliseconds")
    )
    return f"p50 {half:.2f} ms, p99 {most:.2f} ms"


def _paths(path: str, queries: Sequence[str]) -> list[str]:
    return [f"{path}?query={quote(query)}" for query in queries]


def _idle_rows(ours: int, engine: int, slowest: int) -> Iterator[Row]:
    """Yield the memory of each server, with the processes below it, when it has nothing to do."""
    sleep(IDLE_SECONDS)
    yardstick = resident_share_bytes(engine)
    for name, pid in (("ours", ours), ("Oxigraph", engine), ("rdflib-endpoint", slowest)):
        held = resident_share_bytes(pid)
        yield Row(f"memory, idle: {name}", held / 1e6, held / yardstick, "MB")
